"""Every tracker keeps the same; MLflow's carries on when its store is away."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.error import URLError

import pytest

from patsieve.experiments.memory_tracker import MemoryTracker
from patsieve.experiments.mlflow_store import without_password
from patsieve.experiments.tracking import MlflowTracker, NoTracker, Tracker


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """Undo what the tracker sets for MLflow, and start without what the machine has set."""
    for name in [name for name in os.environ if name.startswith("MLFLOW_")]:
        monkeypatch.delenv(name)
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
def fresh_store(tmp_path_factory):
    """A folder in which a first run has been tracked, by a process of its own, and its output.

    MLflow takes seconds to make the tables of a new store, so the tests share this one.
    """
    folder = tmp_path_factory.mktemp("my store")
    script = (
        "import sys\n"
        "from patsieve.experiments.tracking import MlflowTracker\n"
        "assert 'mlflow' not in sys.modules\n"
        "tracker = MlflowTracker(None, 'first', print)\n"
        "tracker.start('run', {'a': 1}, {})\n"
        "tracker.log_metrics({'loss': 1.0}, 1)\n"
        "tracker.finish('FINISHED')\n"
        "assert 'torch' not in sys.modules\n"
    )
    environment = {name: text for name, text in os.environ.items() if "MLFLOW" not in name}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**environment, "PYTHONWARNINGS": "default"},
    )
    return folder, done


@pytest.fixture(scope="module")
def store(fresh_store):
    return fresh_store[0] / "mlflow.db"


@pytest.fixture
def said():
    return []


class MemoryReader:
    """What the latest run of a `MemoryTracker` holds."""

    def __init__(self, tracker):
        run = tracker.runs[-1]
        self.name, self.status = run.name, run.status
        self.parameters, self.tags = run.parameters, run.tags
        self.metrics = run.metrics
        self.files = run.files


class MlflowReader:
    """What the latest run of an `MlflowTracker` holds, as MLflow's own client sees it."""

    def __init__(self, tracker, uri):
        from mlflow.tracking import MlflowClient

        client = MlflowClient(tracking_uri=uri)
        run = client.get_run(tracker.run_id)
        self.name, self.status = run.info.run_name, run.info.status
        self.parameters, self.tags = run.data.params, run.data.tags
        self.metrics = {
            name: [
                (metric.step, metric.value)
                for metric in client.get_metric_history(tracker.run_id, name)
            ]
            for name in run.data.metrics
        }
        root = run.info.artifact_uri
        self.files = {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in Path(root).rglob("*")
            if path.is_file()
        }


@pytest.fixture(params=["memory", "mlflow"])
def tracked(request, store, said):
    """A tracker, and how to read what it has kept."""
    if request.param == "memory":
        tracker = MemoryTracker()
        return tracker, lambda: MemoryReader(tracker)
    uri = f"sqlite:///{store}"
    tracker = MlflowTracker(uri, "contract", said.append)
    return tracker, lambda: MlflowReader(tracker, uri)


def test_parameters_are_kept_as_text_beside_name_and_tags(tracked):
    tracker, read = tracked

    tracker.start("bow, seed 1", {"seed": 1, "rate": 1e-4, "fields": ("title",)}, {"kind": "bow"})
    tracker.finish("FINISHED")

    run = read()
    assert run.name == "bow, seed 1"
    assert run.parameters == {"seed": "1", "rate": "0.0001", "fields": "('title',)"}
    assert run.tags["kind"] == "bow"


def test_metrics_are_kept_by_epoch(tracked):
    tracker, read = tracked

    tracker.start("run", {}, {})
    for epoch in (1, 2, 3):
        tracker.log_metrics({"validation/loss": 1 / epoch, "validation/mcc": 0.1 * epoch}, epoch)
    tracker.finish("FINISHED")

    assert read().metrics["validation/loss"] == [(1, 1.0), (2, 0.5), (3, 1 / 3)]
    assert [step for step, _ in read().metrics["validation/mcc"]] == [1, 2, 3]


def test_more_metrics_and_parameters_than_mlflow_takes_at_once_are_all_kept(tracked):
    tracker, read = tracked

    tracker.start("run", {f"p{i}": i for i in range(205)}, {})
    tracker.log_metrics({f"m{i}": i for i in range(1005)}, step=1)
    tracker.finish("FINISHED")

    assert len(read().parameters) == 205
    assert read().metrics["m1004"] == [(1, 1004.0)]


def test_files_and_folders_are_copied(tracked, tmp_path):
    tracker, read = tracked
    (tmp_path / "bundle" / "encoder").mkdir(parents=True)
    (tmp_path / "bundle" / "manifest.json").write_bytes(b"{}")
    (tmp_path / "bundle" / "encoder" / "weights").write_bytes(b"\x00\x01")
    (tmp_path / "report.html").write_bytes(b"<p>")

    tracker.start("run", {}, {})
    tracker.log_file(tmp_path / "report.html")
    tracker.log_file(tmp_path / "report.html", "pages/new")
    tracker.log_folder(tmp_path / "bundle", "bundle")
    tracker.finish("FINISHED")

    assert read().files == {
        "report.html": b"<p>",
        "pages/new/report.html": b"<p>",
        "bundle/manifest.json": b"{}",
        "bundle/encoder/weights": b"\x00\x01",
    }


def test_a_run_is_running_until_it_is_finished(tracked):
    tracker, read = tracked

    tracker.start("run", {}, {})
    assert read().status == "RUNNING"

    tracker.finish("FAILED")
    assert read().status == "FAILED"


def test_one_run_follows_another(tracked):
    tracker, read = tracked

    tracker.start("first", {}, {})
    tracker.log_metrics({"loss": 1.0})
    tracker.finish("KILLED")
    tracker.start("second", {}, {})
    tracker.finish("FINISHED")

    assert read().name == "second"
    assert read().metrics == {}


@pytest.fixture(params=["memory", "nothing", "mlflow"])
def any_tracker(request, store, said):
    """Every tracker there is."""
    if request.param == "mlflow":
        return MlflowTracker(f"sqlite:///{store}", "contract", said.append)
    return MemoryTracker() if request.param == "memory" else NoTracker()


def test_every_tracker_is_a_tracker(any_tracker):
    assert isinstance(any_tracker, Tracker)


def test_only_a_run_in_a_store_has_an_id(any_tracker):
    any_tracker.start("run", {}, {})

    assert bool(any_tracker.run_id) == isinstance(any_tracker, MlflowTracker)


def test_two_runs_at_once_are_refused(any_tracker):
    tracker = any_tracker
    tracker.start("first", {}, {})

    with pytest.raises(RuntimeError, match="'first' has not been finished"):
        tracker.start("second", {}, {})


def test_nothing_is_logged_without_a_run(any_tracker, tmp_path):
    tracker = any_tracker
    calls = [
        lambda: tracker.log_metrics({"loss": 1.0}),
        lambda: tracker.log_folder(tmp_path),
        lambda: tracker.finish("FINISHED"),
    ]

    for call in calls:
        with pytest.raises(RuntimeError, match="no run has been started"):
            call()


def test_a_file_that_is_not_there_is_the_callers_mistake(any_tracker, tmp_path):
    tracker = any_tracker
    tracker.start("run", {}, {})

    with pytest.raises(FileNotFoundError, match=r"there is no file .*nothing.png"):
        tracker.log_file(tmp_path / "nothing.png")
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*nowhere"):
        tracker.log_folder(tmp_path / "nowhere")


def mlflow_tracker(store, said):
    return MlflowTracker(f"sqlite:///{store}", "details", said.append)


def test_a_parameter_too_long_for_the_store_is_kept_whole_in_a_file(store, said):
    tracker = mlflow_tracker(store, said)
    text = "encoder " * 1000

    tracker.start("run", {"schedule": text, "seed": 3}, {})
    tracker.finish("FINISHED")

    run = MlflowReader(tracker, f"sqlite:///{store}")
    assert len(run.parameters["schedule"]) == 6000
    assert run.parameters["schedule"].endswith("…")
    assert json.loads(run.files["parameters.json"]) == {"schedule": text, "seed": "3"}
    assert said == []


def test_a_run_goes_on_in_the_store_that_has_it(store, said):
    first, second = mlflow_tracker(store, said), mlflow_tracker(store, said)
    first.start("run", {"seed": 3}, {})
    first.log_metrics({"loss": 1.0}, step=1)
    run_id = first.run_id  # the process is killed here

    second.start("run", {"seed": 3}, {}, run_id=run_id)
    second.log_metrics({"loss": 0.5}, step=2)
    second.finish("FINISHED")

    assert second.run_id == run_id
    run = MlflowReader(second, f"sqlite:///{store}")
    assert run.metrics == {"loss": [(1, 1.0), (2, 0.5)]}
    assert run.status == "FINISHED"
    assert said == []


def test_a_run_that_the_store_does_not_have_is_begun(store, said):
    tracker = mlflow_tracker(store, said)

    tracker.start("run", {"seed": 3}, {}, run_id="0" * 32)
    tracker.finish("FINISHED")

    assert tracker.run_id != "0" * 32
    assert MlflowReader(tracker, f"sqlite:///{store}").parameters == {"seed": "3"}
    assert said == []


def test_layer_groups_may_stand_in_names(store, said):
    tracker = mlflow_tracker(store, said)

    tracker.start("run", {"unfreeze[0]": "all"}, {})
    tracker.log_metrics({"learning_rate/encoder[75%:87.5%]": 1e-5}, step=2)
    tracker.finish("FINISHED")

    run = MlflowReader(tracker, f"sqlite:///{store}")
    assert run.metrics == {"learning_rate/encoder_75_:87.5__": [(2, 1e-5)]}
    assert run.parameters == {"unfreeze_0_": "all"}
    assert said == []


def test_files_lie_beside_the_database_wherever_the_user_stands(store, said, tmp_path, monkeypatch):
    tracker = mlflow_tracker(store, said)
    (tmp_path / "plot.svg").write_text("<svg/>")
    monkeypatch.chdir(tmp_path)

    tracker.start("run", {}, {})
    tracker.log_file(tmp_path / "plot.svg")
    tracker.finish("FINISHED")

    [kept] = (store.parent / "mlartifacts" / tracker.run_id).rglob("plot.svg")
    assert kept.read_text() == "<svg/>"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plot.svg"]


def test_a_first_run_makes_its_store_without_a_word(fresh_store):
    folder, done = fresh_store

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (folder / "mlflow.db").is_file()


def test_the_environment_names_the_store_where_the_user_does_not(store, said, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{store}")
    tracker = MlflowTracker(None, "details", said.append)

    tracker.start("run", {}, {})
    tracker.finish("FINISHED")

    assert MlflowReader(tracker, f"sqlite:///{store}").status == "FINISHED"


def test_no_telemetry_is_sent(store, said, monkeypatch):
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "false")
    tracker = mlflow_tracker(store, said)

    tracker.start("run", {}, {})
    tracker.finish("FINISHED")

    from mlflow.telemetry.utils import is_telemetry_disabled

    assert is_telemetry_disabled()


def track_a_run(tracker, tmp_path):
    """Everything a runner does."""
    (tmp_path / "report.html").write_text("<p>")
    tracker.start("run", {"seed": 1}, {})
    tracker.log_metrics({"loss": 1.0}, step=1)
    tracker.log_file(tmp_path / "report.html")
    tracker.log_folder(tmp_path)
    tracker.finish("FINISHED")


class Answering(BaseHTTPRequestHandler):
    """A server that is there but is not MLflow."""

    def do_GET(self):  # the names that http.server calls
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.server.answer)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *args):
        pass


@pytest.fixture(params=["dead port", "below a file", "not a database", "html", "empty", "nonsense"])
def unusable_uri(request, tmp_path):
    (tmp_path / "file").write_text("no database " * 1000)
    local = {
        "dead port": "http://127.0.0.1:9",
        "below a file": f"sqlite:///{tmp_path}/file/mlflow.db",
        "not a database": f"sqlite:///{tmp_path}/file",
        "nonsense": "nonsense://store",
    }
    if request.param in local:
        yield local[request.param]
        return
    server = HTTPServer(("127.0.0.1", 0), Answering)
    server.answer = {"html": b"<html>", "empty": b"{}"}[request.param]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://user:secret@127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_store_that_cannot_be_used_costs_one_sentence_and_little_time(
    unusable_uri, said, tmp_path, capfd
):
    tracker = MlflowTracker(unusable_uri, "away", said.append)

    started = time.monotonic()
    track_a_run(tracker, tmp_path)
    track_a_run(tracker, tmp_path)

    # MLflow would take minutes; a busy machine adds seconds to our three tries.
    assert time.monotonic() - started < 20
    [sentence] = said
    assert sentence.startswith("the run goes on without tracking: ")
    assert without_password(unusable_uri) in sentence
    assert "secret" not in sentence
    assert "\n" not in sentence
    assert tracker.run_id == ""
    assert capfd.readouterr() == ("", "")


def test_a_store_that_breaks_during_a_run_costs_one_sentence(said, tmp_path, store):
    database = tmp_path / "mlflow.db"
    shutil.copy(store, database)
    tracker = mlflow_tracker(database, said)
    tracker.start("run", {}, {})
    tracker.log_metrics({"loss": 1.0}, step=1)
    assert said == []

    database.write_bytes(b"overwritten" * 1000)
    tracker.log_metrics({"loss": 0.5}, step=2)
    tracker.log_metrics({"loss": 0.4}, step=3)
    tracker.finish("FINISHED")

    assert len(said) == 1


@pytest.mark.slow
def test_a_server_that_dies_during_a_run_costs_one_sentence(said, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    uri = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "mlflow", "server", "--port", str(port), "--workers", "1"]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=tmp_path, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait_for(f"{uri}/health")
        tracker = MlflowTracker(uri, "served", said.append)
        tracker.start("run", {"seed": 1}, {})
        tracker.log_metrics({"loss": 1.0}, step=1)
        tracker.log_file(tmp_path / "log", "served")
        assert said == []
        assert tracker.run_id
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()

    started = time.monotonic()
    tracker.log_metrics({"loss": 0.5}, step=2)
    tracker.log_metrics({"loss": 0.4}, step=3)
    tracker.finish("FINISHED")

    # MLflow would take minutes; a busy machine adds seconds to our three tries.
    assert time.monotonic() - started < 20
    assert len(said) == 1


def _wait_for(address):
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.5)
    raise AssertionError(f"{address} did not answer")
