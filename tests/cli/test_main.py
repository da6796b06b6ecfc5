"""The one place where an error becomes a sentence: exact text, exact exit codes."""

import os
import subprocess
import sys
import warnings

import click
import pytest

from patsieve import __version__
from patsieve.cli import demo
from patsieve.cli.main import COMMANDS, main
from patsieve.errors import DataError, PatsieveWarning, UsageError


@pytest.fixture
def demo_does(monkeypatch):
    """Let `patsieve demo` do something else."""
    monkeypatch.delenv("PATSIEVE_TRACEBACK", raising=False)

    def replace(action):
        monkeypatch.setattr(demo, "command", click.Command("demo", callback=action))

    return replace


def raising(error):
    def action():
        raise error

    return action


def test_a_command_that_works_exits_with_zero(demo_does, capsys):
    demo_does(lambda: click.echo("done"))

    assert main(["demo"]) == 0
    assert capsys.readouterr() == ("done\n", "")


def test_the_version_is_told(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"patsieve {__version__}\n"


def test_help_lists_every_command_in_the_order_of_use(capsys):
    assert main(["--help"]) == 0

    listed = capsys.readouterr().out.split("Commands:\n")[1].splitlines()
    assert [line.split()[0] for line in listed] == list(COMMANDS)
    assert all(len(line.split()) > 1 for line in listed)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_begins_with_a_line_to_paste(name, capsys):
    assert main([name, "--help"]) == 0

    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines[0].startswith(f"Usage: patsieve {name}")
    assert lines[2].startswith(f"patsieve {name}")


def test_without_a_command_the_help_is_shown_as_a_mistake(capsys):
    assert main([]) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Usage: patsieve")


def test_an_unknown_command_is_answered_with_what_was_probably_meant(capsys):
    assert main(["trian"]) == 2
    assert capsys.readouterr() == (
        "",
        "patsieve: there is no command 'trian'; did you mean train? (see patsieve --help)\n",
    )


def test_an_unknown_option_is_a_mistake_in_usage(capsys):
    assert main(["demo", "--recods", "300"]) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("patsieve: No such option '--recods'")
    assert err.endswith("(see patsieve demo --help)\n")
    assert err.count("\n") == 1


@pytest.mark.parametrize(("error", "code"), [(UsageError("no"), 2), (DataError("no"), 1)])
def test_a_mistake_of_the_user_is_one_sentence(demo_does, capsys, error, code):
    demo_does(raising(error))

    assert main(["demo"]) == code
    assert capsys.readouterr() == ("", "patsieve: no\n")


def test_a_mistake_of_ours_is_one_sentence_too_and_asks_for_a_report(demo_does, capsys):
    demo_does(raising(ZeroDivisionError("division by zero")))

    assert main(["demo"]) == 1
    assert capsys.readouterr() == (
        "",
        "patsieve: an error in patsieve itself, ZeroDivisionError: division by zero; please"
        " report it, with what `patsieve --traceback …` prints in its place\n",
    )


def test_the_traceback_is_shown_when_asked_for(demo_does, capsys):
    demo_does(raising(DataError("no")))

    assert main(["--traceback", "demo"]) == 1

    err = capsys.readouterr().err
    assert err.startswith("Traceback")
    assert err.endswith("patsieve: no\n")


def test_the_traceback_is_shown_when_the_environment_asks_for_it(demo_does, capsys, monkeypatch):
    demo_does(raising(DataError("no")))
    monkeypatch.setenv("PATSIEVE_TRACEBACK", "1")

    assert main(["demo"]) == 1
    assert capsys.readouterr().err.startswith("Traceback")


def test_an_interruption_exits_with_130(demo_does, capsys):
    demo_does(raising(KeyboardInterrupt()))

    assert main(["demo"]) == 130
    assert capsys.readouterr() == ("", "\npatsieve: interrupted\n")


def test_an_interruption_says_how_to_go_on_where_that_is_known(demo_does, capsys):
    interruption = KeyboardInterrupt()
    interruption.add_note("the same command with --resume goes on")
    demo_does(raising(interruption))

    assert main(["demo"]) == 130
    assert capsys.readouterr().err == (
        "\npatsieve: interrupted; the same command with --resume goes on\n"
    )


def test_a_warning_is_one_line_and_does_not_stop_the_command(demo_does, capsys):
    def action():
        warnings.warn("3 records have no text", PatsieveWarning, stacklevel=1)
        click.echo("done")

    demo_does(action)

    assert main(["demo"]) == 0
    assert capsys.readouterr() == ("done\n", "warning: 3 records have no text\n")


def test_the_warnings_of_others_are_left_as_they_were(demo_does):
    demo_does(lambda: warnings.warn("theirs", UserWarning, stacklevel=1))

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert main(["demo"]) == 0

    assert [str(warning.message) for warning in caught] == ["theirs"]


def test_how_warnings_are_shown_is_as_before_afterwards(demo_does):
    before = warnings.showwarning, list(warnings.filters)
    demo_does(lambda: None)

    main(["demo"])

    assert (warnings.showwarning, list(warnings.filters)) == before


def test_a_reader_that_goes_away_is_no_error():
    reading, writing = os.pipe()
    os.close(reading)
    run = subprocess.run(
        [sys.executable, "-m", "patsieve.cli.main", "--help"],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writing)

    assert run.stderr == ""
    assert run.returncode == 1
