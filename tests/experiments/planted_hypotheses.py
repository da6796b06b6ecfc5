"""For each of the ten hypotheses studies that make it true, false, or drown it in noise."""

from collections.abc import Callable

from planted_runs import course, study

from patsieve.experiments.hypotheses import Outcome
from patsieve.experiments.study_run import StudyRun

Study = dict[str, list[StudyRun]]

TRUE, FALSE, NOISE = Outcome.CONFIRMED, Outcome.REFUTED, Outcome.NOT_DECIDED

# What a quantity is moved by under each seed: hardly, or by more than anything that is planted.
STILL = (-0.002, 0.0, 0.002)
LOUD = (-1.0, 1.2, 0.1)


def jitter(outcome):
    return LOUD if outcome is NOISE else STILL


def pooler(outcome) -> Study:
    gain = 0.0 if outcome is FALSE else 1.5
    moves = jitter(outcome)

    def with_pooler(place):
        separation = 1 + gain + 1.5 * moves[place]
        return {"separation": separation, "training": {"average_precision": 0.6 + gain / 10}}

    def alone(_):
        return {"separation": 1.0, "training": {"average_precision": 0.6}}

    return study(hn_pt_01=alone, hn_pt_02=with_pooler)


def learning_rate(outcome) -> Study:
    after = 0.78 if outcome is FALSE else 0.5

    def high(place):
        ranked = [0.6, 0.7, 0.75] + [after + 0.4 * jitter(outcome)[place]] * 3
        return {"history": course(validation=[0.5] * 6, training=[0.5] * 6, ranking=ranked)}

    def low(place):
        return {
            "history": course(
                validation=[0.5, 0.5, 0.5, 0.5, 0.55, 0.6],
                training=[0.5, 0.5, 0.5, 0.4, 0.3, 0.2 + STILL[place]],
                ranking=[0.6, 0.7, 0.75, 0.78, 0.8, 0.79],
            )
        }

    return study(hn_pt_03=high, hn_pt_05__3=low, hn_pt_05__4=low, hn_pt_05__5=low)


def at_once(outcome) -> Study:
    def run(skill, place, noise):
        last = skill + noise[place]
        return {
            "history": course(validation=[0.5] * 5, training=[0.5] * 5, last_mcc=min(last, 0.9))
        }

    many = 0.6 if outcome is FALSE else 0.0
    return study(
        hn_pt_04=lambda place: run(many, place, jitter(outcome)),
        hn_pt_05=lambda place: run(many, place, STILL),
        hn_pt_04__1=lambda place: run(0.7, place, STILL),
        hn_pt_05__3=lambda place: run(0.7, place, STILL),
    )


def depth(outcome) -> Study:
    def third(*, growth, fall, quiet, jolt):
        def settings(place):
            move = jitter(outcome)[place] / 10
            start = 0.45 + jolt
            loss = [0.5, 0.48, 0.45, start]
            # Flat for some epochs, then rising.
            loss += [start - 0.01 * (step + 1) for step in range(quiet)]
            loss += [loss[-1] + (growth + move) * (step + 1) for step in range(6 - quiet)]
            fit = [0.5, 0.48, 0.46] + [0.46 - (fall + move / 4) * (step + 1) for step in range(7)]
            return {"history": course(validation=loss, training=fit)}

        return settings

    places = [
        third(growth=0.12, fall=0.05, quiet=0, jolt=0.1),
        third(growth=0.06, fall=0.035, quiet=2, jolt=0.1),
        third(growth=0.03, fall=0.02, quiet=4, jolt=0.0),
    ]
    if outcome is FALSE:
        places.reverse()
    return study(hn_pt_05__3=places[0], hn_pt_05__4=places[1], hn_pt_05__5=places[2])


def minority(outcome) -> Study:
    cut = 0.3 if outcome is FALSE else -0.7

    def balanced(place):
        return {"cut": cut + (1.2 * LOUD[place] if outcome is NOISE else 0.0)}

    return study(hn_pt_01=balanced, hn_pt_02=balanced, hn_pt_04__1=balanced)


def stacking(outcome) -> Study:
    fitted = {TRUE: 0.99, FALSE: 0.8, NOISE: 0.9}[outcome]
    moves = jitter(outcome)

    def stack(place):
        return {"separation": 2.5, "training": {"mcc": fitted + 0.4 * moves[place]}}

    def base(validation):
        return lambda _: {
            "separation": 2.5,
            "training": {"mcc": 0.8},
            "validation": {"mcc": validation},
        }

    return study(hn_ensemble_in_sample=stack, bag_of_words=base(0.5), hn_pt_05__5__2=base(0.6))


def checkpoints(outcome) -> Study:
    lead = {TRUE: 1.5, FALSE: 0.0, NOISE: 0.3}[outcome]
    moves = jitter(outcome)

    def patents(place):
        return {"separation": 2 + lead + moves[place], "checkpoint": "patents"}

    def batteries(_):
        return {"separation": 2.0, "checkpoint": "batteries"}

    return study(
        hn_pt_05__3__2=patents,
        pt_weighted_loss=patents,
        hn_bt_05__3__2=batteries,
        bt_weighted_loss=batteries,
    )


def weights(outcome) -> Study:
    def of(gap, moves):
        def settings(place):
            moved = gap + 0.2 * moves[place]
            return {
                "training": {"loss": 0.3, "accuracy": 0.9},
                "validation": {"loss": 0.3 + moved, "accuracy": 0.9 - moved / 2},
            }

        return settings

    unweighted = 0.05 if outcome is FALSE else 0.15
    return study(
        hn_pt_05__5__2=of(unweighted, jitter(outcome)), pt_weighted_loss=of(0.05, (0, 0, 0))
    )


def width(outcome) -> Study:
    def swinging(by, moves):
        def settings(place):
            swing = by + 0.05 * moves[place]
            losses = [0.5, 0.48, 0.45] + [0.45 + swing * (-1) ** step for step in range(6)]
            return {"history": course(validation=losses, training=[0.4] * 9)}

        return settings

    wide = 0.011 if outcome is FALSE else 0.06
    return study(
        hn_pt_05__5=swinging(wide, jitter(outcome)), hn_pt_05__5__2=swinging(0.01, (0, 0, 0))
    )


def errors(outcome) -> Study:
    cut = {TRUE: 0.0, FALSE: 1.5, NOISE: 0.6}[outcome]

    def model(place):
        return {"cut": cut + (LOUD[place] if outcome is NOISE else 0.0)}

    return study(bag_of_words=model, hn_pt_05__5__2=model, hn_pt_02=model)


BY_NUMBER: dict[int, Callable[[Outcome], Study]] = {
    1: pooler,
    2: learning_rate,
    3: at_once,
    4: depth,
    5: minority,
    6: stacking,
    7: checkpoints,
    8: weights,
    9: width,
    10: errors,
}
