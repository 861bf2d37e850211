"""The roster (花名册): how a bureau's existing households come in, each with an opening decision (存量转入).

``layout`` columns and template; ``entry`` one row read; ``takeover`` what is asked; ``examination`` a whole file held
against itself and the database; ``opening`` the rows that open cases; ``importing`` the durable job; ``returned`` the
workbook with 错误说明; ``recompute`` the first recompute, 一致 or 不一致.
``note`` are the free words of a row, sealed.
"""
