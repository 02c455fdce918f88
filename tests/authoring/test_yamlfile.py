"""Text becomes a tree with lines, or one exact mistake; nothing costs more than its bytes."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.authoring.yamlfile import MAX_BYTES, BadText, Node, json_tree, yaml_tree


def tree(text: str) -> Node:
    return yaml_tree(text.encode(), "x.yaml")[0]


def mistake(text: str) -> BadText:
    with pytest.raises(BadText) as caught:
        yaml_tree(text.encode(), "x.yaml")
    return caught.value


def test_only_true_and_false_are_booleans() -> None:
    rows = tree("[true, false, yes, no, on, off, y, n, 'true']").plain()
    assert rows == [True, False, "yes", "no", "on", "off", "y", "n", "true"]


def test_numbers_are_those_of_yaml_1_2() -> None:
    rows = tree("[1, -2, 0o17, 0x1F, 1.5, 1e3, .5, 012, 1_000, 1:30, 2024-01-01, 1.0.0, -, +.]")
    assert rows.plain() == [
        1, -2, 15, 31, 1.5, 1000.0, 0.5, 12, "1_000", "1:30", "2024-01-01", "1.0.0", "-", "+.",
    ]  # fmt: skip


def test_every_key_and_value_knows_its_line() -> None:
    root = tree("a: 1\nb:\n  c: x\n\n  d: [p,\n    q]\n")
    b = root.child("b")
    assert b is not None
    assert (b.key_line, b.line) == (2, 3)
    d = b.child("d")
    assert d is not None
    q = d.child(1)
    assert q is not None
    assert (d.line, q.line) == (5, 6)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a: &x 1", 1, "anchors are not allowed"),
        ("a: 1\nb: *x", 2, "aliases are not allowed"),
        ("a: !!python/object:os.system x", 1, "tags are not allowed"),
        ("a: 1\n<<: {b: 2}", 2, "merge keys"),
        ("a: .nan", 1, "finite number"),
        ("a: 1\nb: -.inf", 2, "finite number"),
        ("a: 1e999", 1, "too big"),
        ("a: 99999999999999999", 1, "too big"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("\ta: 1", 1, "no tabs"),
        ("a:\n  b: 1\n\tc: 2", 3, "not with tabs"),
        ("- {a} x", 1, "needs quotes"),
        ("a: b: c", 1, "needs quotes"),
        ("a: {x} y", 1, "needs quotes"),
        ("{a: 1}: b", 1, "as a key"),
        ("? [a]\n: b", 1, "as a key"),
        ("a: 'x", 1, "never closed"),
        ("a: @x", 1, "needs quotes"),
        ('"": x', 1, "no name"),
        ('a: "\\0"', 1, "NUL"),
    ],
)
def test_a_mistake_names_its_line_and_what_to_do(text: str, line: int, word: str) -> None:
    error = mistake(text)
    assert word in error.message
    assert abs(error.line - line) <= 1


def test_duplicate_keys_are_all_found_with_the_line_of_the_first() -> None:
    _, twice = yaml_tree(b"a: 1\nb: 2\na: 3\nc: {d: 1, d: 2}\n", "x.yaml")
    assert [(t.line, t.message) for t in twice] == [
        (3, "a stands twice (first in line 1)"),
        (4, "d stands twice (first in line 4)"),
    ]


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    rows = ["a0: &a0 [x, x, x]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    assert "anchors" in mistake("\n".join(rows)).message


def test_depth_count_and_size_are_bounded() -> None:
    assert "deep" in mistake("[" * 5000).message
    assert "too many values" in mistake("[" + "x," * 100_001 + "]").message
    assert "too big" in mistake("x" * (MAX_BYTES + 1)).message
    with pytest.raises(BadText, match=r"deep|depth"):
        json_tree(b"[" * 5000 + b"]" * 5000, "x.json")
    with pytest.raises(BadText, match="deep"):
        json_tree(b"[" * 30 + b"]" * 30, "x.json")


def test_bytes_that_are_not_utf8_name_the_line() -> None:
    with pytest.raises(BadText, match="UTF-8") as caught:
        yaml_tree(b"a: 1\nb: \xff\n", "x.yaml")
    assert caught.value.line == 2


def test_json_has_lines_and_its_own_meaning() -> None:
    root, _ = json_tree(b'{\n "a": 1,\n "b": "no\\u00e9"\n}', "x.json")
    b = root.child("b")
    assert b is not None
    assert (b.value, b.line) == ("noé", 3)
    assert json_tree(b'{"a": "\\ud83d\\ude00"}', "x.json")[0].plain() == {"a": "😀"}
    with pytest.raises(BadText, match="not JSON") as caught:
        json_tree(b'{\n "a": 1,,\n}', "x.json")
    assert caught.value.line == 2
    assert json_tree(b'{"a": 1, "a": 2}', "x.json")[1][0].message.startswith("a stands twice")


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner),
    max_leaves=20,
)  # fmt: skip


@given(values)
@settings(deadline=None)
def test_any_json_reads_as_itself(value: object) -> None:
    try:
        root, twice = json_tree(orjson.dumps(value), "x.json")
    except BadText as error:
        assert "NUL" in error.message or "deep" in error.message  # noqa: PT017
        return
    assert not twice
    assert root.plain() == value


@given(st.text(alphabet=st.sampled_from(list("ab: -\n[]{},'\"#&*!|>%@`?~0.1\t\\")), max_size=60))
@settings(deadline=None)
def test_any_text_gives_a_tree_or_a_mistake(text: str) -> None:
    try:
        yaml_tree(text.encode(), "x.yaml")
    except BadText as error:
        assert error.message  # noqa: PT017


@given(st.binary(max_size=80))
@settings(deadline=None)
def test_any_bytes_give_a_tree_or_a_mistake(data: bytes) -> None:
    for read in (yaml_tree, json_tree):
        try:
            read(data, "x")
        except BadText as error:
            assert error.message  # noqa: PT017
