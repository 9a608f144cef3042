"""Write the manual pages and the JSON schemas from the parsers, the manifest's keys and the words beside this file.

``python docs/generate.py`` writes them; with ``--check`` it says which are out of date and ends with 1.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import answers
from manual import CONFIG, EXIT_STATUS, MANIFEST_PARAGRAPHS, MANIFEST_SUMMARY, PAGES
from manual_routing import MANIFEST_SECTIONS
from page import Body

from git_subprojects import __version__
from git_subprojects.cli.options import Option, Options, forms_of
from git_subprojects.cli.registry import VERBS
from git_subprojects.commands import clone_project, route_patch, subprojects
from git_subprojects.manifest import keys, values
from git_subprojects.manifest.keys import Key, Named, Table, Tables
from git_subprojects.manifest.values import Many, OneOf

DOCS = Path(__file__).parent
COMPLETION_TABLE = DOCS.parent / "git_subprojects" / "cli" / "completion" / "options_table.py"
LINE = 120
TEXT = {"type": "string"}
SCHEMAS: dict[object, dict[str, object]] = {
    values.text: {**TEXT, "minLength": 1, "maxLength": values.LONGEST_TEXT},
    values.flag: {"type": "boolean"},
    values.count: {"type": "integer", "minimum": 1},
    values.name: {**TEXT, "pattern": f"^{values.NAME}$", "maxLength": values.LONGEST_NAME},
    values.group_choice: {**TEXT, "pattern": f"^-?{values.NAME}$", "maxLength": values.LONGEST_NAME + 1},
    values.commit: {**TEXT, "pattern": "^([0-9a-f]{40}|[0-9a-f]{64})$"},
    values.address: {**TEXT, "pattern": "@"},
    values.object_filter: {**TEXT, "pattern": f"^(?:{values.FILTER})$"},
    values.archive: {**TEXT, "pattern": "^https://"},
    values.path_map: {"type": "object", "additionalProperties": {**TEXT, "minLength": 1}},
    values.remotes: {"type": "object", "additionalProperties": {**TEXT, "minLength": 1}},
    values.workspace_directory: {**TEXT, "pattern": r"^\.\.(/.+)?$"},
}


def roff(text: str) -> str:
    """Return text as roff takes it for what it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return "\n".join(f"\\&{line}" if line.startswith(".") else line for line in text.split("\n"))


def header(name: str, section: int, summary: str) -> Iterator[str]:
    """Yield the beginning of a page."""
    yield f'.TH "{name.upper()}" "{section}" "" "git\\-subprojects {__version__}" "Git Manual"'
    yield ".nh\n.ad l"
    yield f".SH NAME\n{roff(name)} \\- {roff(summary)}"


def section(title: str, body: Body) -> Iterator[str]:
    """Yield a section of paragraphs and of terms, each with what it means."""
    yield f".SH {title}"
    for entry in body:
        yield f".PP\n{roff(entry)}" if isinstance(entry, str) else f".TP\n\\fB{roff(entry[0])}\\fR\n{roff(entry[1])}"


def options(parser: argparse.ArgumentParser, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield the options of a command, each with its text, or else with its help."""
    unknown = set(texts)
    for action in parser._actions:
        words = (
            ", ".join(f"\\fB{roff(word)}\\fR" for word in action.option_strings)
            or "\\fI" + str(action.metavar) + "\\fR"
        )
        if action.option_strings and action.nargs != 0 and action.metavar:
            words += f" \\fI{roff(str(action.metavar))}\\fR"
        key = action.option_strings[-1] if action.option_strings else str(action.metavar)
        unknown.discard(key)
        text = (action.help or "").strip()
        yield f".TP\n{words}\n{roff(texts.get(key) or text[:1].upper() + text[1:] + '.')}"
    assert not unknown, f"no such options: {', '.join(sorted(unknown))}"


class Command(NamedTuple):
    """What a command's page says of it: how it is used, its description and parser, and the parsers of its verbs."""

    usage: str
    description: str
    parser: argparse.ArgumentParser
    verbs: Mapping[str, argparse.ArgumentParser] = {}


def commands() -> dict[str, Command]:
    """Return the commands by their names after git."""
    found = {}
    for module in (clone_project, route_patch):
        command = module.command()
        found[command.name] = Command(command.usage(), command.description, command.parser())
    verbs = {name: (name, verb.load()) for name, verb in VERBS.items()}
    usages = "\n".join(subprojects.usage_of(*verb) for verb in verbs.values())
    parsers = {name: subprojects.parser_of(*verb) for name, verb in verbs.items()}
    found[subprojects.NAME] = Command(usages, subprojects.DESCRIPTION, subprojects.parser(), parsers)
    return found


def command_page(name: str, commands: Mapping[str, Command]) -> str:
    """Return the manual page of one of the ``commands``."""
    command, page = commands[name], PAGES[name]
    lines = list(header(f"git-{name}", 1, page.summary))
    lines.append(
        f".SH SYNOPSIS\n.nf\n{roff(command.usage.replace('   or: ', '').replace(chr(10) + ' ' * 7, chr(10)))}\n.fi"
    )
    lines.append(f".SH DESCRIPTION\n{roff(' '.join(command.description.split()))}")
    lines += [f".PP\n{roff(text)}" for text in page.paragraphs]
    lines += [".SH OPTIONS", *options(command.parser, page.options)]
    for verb, verb_parser in command.verbs.items():
        lines += [f".SS {roff(verb)}", *options(verb_parser, {})]
    for title, body in page.sections.items():
        lines += section(title, body)
    lines += section("CONFIGURATION", (*page.config.items(), *CONFIG.items()))
    lines.append(".SH EXAMPLES")
    for example, text in page.examples:
        lines.append(f".TP\n\\fB{roff(example)}\\fR\n{roff(text)}")
    lines += section("EXIT STATUS", tuple({**EXIT_STATUS, **page.exit_status}.items()))
    others = [f"\\fBgit\\-{roff(other)}\\fR(1)" for other in commands if other != name]
    lines.append(".SH SEE ALSO\n" + ", ".join([*others, "\\fBgitsubprojects\\fR(5)", "\\fBgit\\-clone\\fR(1)"]))
    return "\n".join(lines) + "\n"


def completion_table() -> str:
    """Return the module that tells completion which options take a value, and which words they and operands take."""
    classes: dict[str, list[type[Options]]] = {
        command.name: [mode.options for mode in reversed(command.modes)]
        for command in (clone_project.command(), route_patch.command())
    }
    classes |= {f"{subprojects.NAME} {name}": [verb.load().Options] for name, verb in VERBS.items()}
    lines = [
        '"""Which options take a value, and which words are offered there. Written by docs/generate.py."""',
        "",
        "COMMANDS = {",
    ]
    for name, of_modes in sorted(classes.items()):
        declared: dict[str, Option] = {}
        for options in of_modes:
            declared |= {field: item for field, item in options.declared().items() if field not in declared}
        operands = next((item.words for item in declared.values() if item.kind == "operand"), "")
        with_value = {word: item.words for item in declared.values() if item.kind == "value" for word in item.names}
        forms = [entry for item in declared.values() if item.kind == "form" for entry in forms_of(item).values()]
        with_value |= {entry.option: "" for entry in forms if entry.value}
        entries = [f"{word}={words}" if words else word for word, words in sorted(with_value.items())]
        lines += table_entry(name, [operands, *entries])
    lines += ["}", '"""By the command: what its operands are, then each option with a value, and what that is."""']
    return "\n".join(lines) + "\n"


def table_entry(name: str, words: list[str]) -> list[str]:
    """Return an entry of the table of completion, in lines as ruff formats them."""
    whole = f'    "{name}": "{" ".join(words)}",'
    if len(whole) <= LINE:
        return [whole]
    parts = [""]
    for word in words:
        if len(parts[-1]) + len(word) > LINE - 20:
            parts.append("")
        parts[-1] += f"{word} "
    parts[-1] = parts[-1].removesuffix(" ")
    return [f'    "{name}": (', *(f'        "{part}"' for part in parts), "    ),"]


def key_lines(table: Table, prefix: str) -> Iterator[str]:
    """Yield the keys of a table and of the tables in it."""
    deeper: list[tuple[str, Table]] = []
    for name, key in table.keys.items():
        kind = key.kind
        path = f"{prefix}{name}"
        if isinstance(kind, Named):
            yield f".TP\n\\fB[{roff(path)}.\\fINAME\\fB]\\fR\n{roff(key.doc)}"
            deeper.append((f"{path}.NAME.", kind.table))
        elif isinstance(kind, Tables):
            yield f".TP\n\\fB[[{roff(path)}]]\\fR\n{roff(key.doc)}"
            deeper.append((f"{path}.", kind.table))
        elif isinstance(kind, Table):
            yield f".TP\n\\fB{roff(path)}\\fR\n{roff(key.doc)}"
            deeper.append((f"{path}.", kind))
        else:
            yield f".TP\n\\fB{roff(path)}\\fR\n{roff(key.doc)} It is {roff(expected(kind))}."
    for deeper_prefix, inner in deeper:
        yield from key_lines(inner, deeper_prefix)


def expected(check: values.Check) -> str:
    """Return what a check expects, in the words of its own message."""
    return check(object()) or ""


def manifest_page() -> str:
    """Return the manual page of the manifest."""
    lines = list(header("gitsubprojects", 5, MANIFEST_SUMMARY))
    lines.append(".SH DESCRIPTION")
    lines += [f".PP\n{roff(text)}" for text in MANIFEST_PARAGRAPHS]
    lines += [".SH KEYS", *key_lines(keys.MANIFEST, "")]
    for title, body in MANIFEST_SECTIONS.items():
        lines += section(title, body)
    lines.append(
        ".SH SEE ALSO\n" + ", ".join(f"\\fBgit\\-{roff(name)}\\fR(1)" for name in PAGES) + ", \\fBgitignore\\fR(5)"
    )
    return "\n".join(lines) + "\n"


def kind_schema(kind: object) -> dict[str, object]:
    """Return the JSON schema of what a key may hold."""
    if isinstance(kind, Table):
        return table_schema(kind)
    if isinstance(kind, Tables):
        return {"type": "array", "items": table_schema(kind.table)}
    if isinstance(kind, Named):
        names = {**SCHEMAS[values.name], **({} if kind.with_host else {"not": {"const": "host"}})}
        return {"type": "object", "propertyNames": names, "additionalProperties": table_schema(kind.table)}
    if isinstance(kind, OneOf):
        return {"enum": list(kind.words)}
    if isinstance(kind, Many):
        return {"type": "array", "items": kind_schema(kind.check), "minItems": kind.least}
    return SCHEMAS.get(kind, {**TEXT, "minLength": 1})


def table_schema(table: Table) -> dict[str, object]:
    """Return the JSON schema of a table, or of the single value that may stand in its place."""
    schema: dict[str, object] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: key_schema(key) for name, key in table.keys.items()},
    }
    return schema if table.short is None else {"anyOf": [kind_schema(table.short), schema]}


def key_schema(key: Key) -> dict[str, object]:
    """Return the JSON schema of a key."""
    return {"description": key.doc, **kind_schema(key.kind)}


def manifest_schema() -> dict[str, object]:
    """Return the JSON schema of the manifest."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": MANIFEST_SUMMARY,
        **table_schema(keys.MANIFEST),
        "required": ["schema"],
    }


def files() -> dict[Path, str]:
    """Return every generated file with its content."""
    all_commands = commands()
    pages = {DOCS / "man1" / f"git-{name}.1": command_page(name, all_commands) for name in all_commands}
    pages[DOCS / "man5" / "gitsubprojects.5"] = manifest_page()
    pages[COMPLETION_TABLE] = completion_table()
    schemas = {"subprojects": manifest_schema(), "route-patch": answers.schema()}
    return pages | {DOCS / f"{name}.schema.json": json.dumps(it, indent=2) + "\n" for name, it in schemas.items()}


def main() -> int:
    """Write or check the files; return the exit status."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    checking = arguments.parse_args().check
    stale = {path: text for path, text in files().items() if not path.exists() or path.read_text() != text}
    for path, text in stale.items():
        if checking:
            print(f"{path.relative_to(DOCS.parent)} is out of date: run python docs/generate.py", file=sys.stderr)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
    return 1 if checking and stale else 0


if __name__ == "__main__":
    sys.exit(main())
