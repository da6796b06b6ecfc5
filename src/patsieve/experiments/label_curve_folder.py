"""A learning curve over labels as a folder: pictures, and all numbers as JSON."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from patsieve.atomic import file_aside
from patsieve.experiments.figure_style import save_figures
from patsieve.experiments.label_curve import LabelCurveRequest, compute_label_curve
from patsieve.experiments.label_curve_picture import label_curve_figure
from patsieve.experiments.label_forecast import Forecast, as_json, check_times, forecast
from patsieve.finetuning.events import Callback


def draw_label_curve(
    request: LabelCurveRequest,
    *,
    times: float = 2.0,
    callbacks: Sequence[Callback] = (),
    say: Callable[[str], None],
) -> tuple[dict[str, Any], dict[str, Forecast]]:
    """Compute a curve and its forecasts, and write ``curve.json`` and a picture of each measure.

    Returns
    -------
    dict
        What ``curve.json`` holds.
    dict of str to Forecast

    Raises
    ------
    UsageError, DataError
        As `compute_label_curve` and `forecast`.
    OutputError
        If a file cannot be written.
    """
    check_times(times)
    curve = compute_label_curve(request, callbacks=callbacks, say=say)
    forecasts = forecast(curve, times=times)
    told = as_json(curve, forecasts)
    with file_aside(request.out / "curve.json") as aside:
        aside.write_text(json.dumps(told, indent=2, allow_nan=False), encoding="utf-8")
    save_figures(
        request.out, {name: label_curve_figure(found) for name, found in forecasts.items()}
    )
    return told, forecasts
