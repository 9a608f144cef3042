"""Which of two files a key of their merged tables comes from."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from git_subprojects.manifest.checks import KeyPath
from git_subprojects.manifest.source import merge, overrides

NAMES = st.sampled_from("abc")


def tables(mark: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return tables whose values tell, by ``mark``, which file they are from."""
    values = st.just(mark) | st.lists(st.just({"a": mark}), max_size=2)
    return st.recursive(
        st.dictionaries(NAMES, values, max_size=3), lambda inner: st.dictionaries(NAMES, values | inner, max_size=3)
    )


def leaves(value: object, key: KeyPath = ()) -> dict[KeyPath, object]:
    if isinstance(value, dict) and value:
        return {path: leaf for name, inner in value.items() for path, leaf in leaves(inner, (*key, name)).items()}
    if isinstance(value, list) and value:
        return {
            path: leaf for number, inner in enumerate(value) for path, leaf in leaves(inner, (*key, number)).items()
        }
    return {key: value}


@given(tables("raw"), tables("override"))
def test_a_value_comes_from_the_file_that_has_it(raw: dict[str, Any], override: dict[str, Any]) -> None:
    for key, value in leaves(merge(raw, override)).items():
        if isinstance(value, str):
            assert overrides(override, raw, key) is (value == "override"), key


def test_a_table_of_both_comes_from_the_first() -> None:
    raw, override = {"a": {"b": {"x": 1}}}, {"a": {"b": {"y": 1}, "c": {}}}
    assert not overrides(override, raw, ("a", "b"))
    assert not overrides(override, raw, ("a", "b", "missing"))
    assert not overrides(override, raw, ())
    assert overrides(override, raw, ("a", "c"))
    assert overrides(override, raw, ("a", "c", "missing"))
    assert not overrides({}, raw, ("a", "b", "x"))
