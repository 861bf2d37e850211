"""zhejiang：符合性检查由 regions.pytest_plugin 收集；这里放插件自己的测试 / the plugin's own tests."""

from __future__ import annotations

from zhejiang import plugin


def test_the_plugin_is_called_by_its_own_name() -> None:
    assert plugin.jiuzhu_header().data["plugin"]["name"] == "zhejiang"
