"""What the pages about cases share: filters of the list, the views of a case, its steps as data, the application."""
