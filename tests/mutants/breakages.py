"""Deliberate breakages of the fine-tuning engine and of decisions, one line of one file each.

Each has a test that must fail when it is applied; a breakage that no test notices is a rule
that nobody guards. `run.py` applies them one at a time.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Breakage:
    """One wrong line.

    Attributes
    ----------
    name : str
        What is broken, in a few words.
    file : str
        Below `folder`.
    old, new : str
        Text that the file holds exactly once, and what stands there instead.
    test : str
        Below ``tests``; a file and a test in it, which fails.
    why : str
        What would go wrong in somebody's run.
    folder : str
        Below ``src/patsieve``.
    """

    name: str
    file: str
    old: str
    new: str
    test: str
    why: str
    folder: str = "finetuning"


ENGINE = (
    # --- freezing --------------------------------------------------------------------------
    Breakage(
        "dropout left on in a frozen layer",
        "freezing.py",
        "        self.model.eval()\n        chosen = set(self.trainable)",
        "        self.model.train()\n        chosen = set(self.trainable)",
        "finetuning/test_freezing.py::"
        "test_modules_that_train_are_in_training_mode_and_all_others_are_not",
        "frozen layers say something else in every epoch, and no cache can be right",
    ),
    Breakage(
        "dropout before a frozen classifier",
        "freezing.py",
        'self.model.dropout.train(bool(chosen.intersection(self.groups.tensors["classifier"])))',
        "self.model.dropout.train(True)",
        "finetuning/test_freezing.py::test_the_dropout_before_the_classifier_belongs_to_it",
        "a frozen head is noisy all the same",
    ),
    Breakage(
        "a stale gradient kept",
        "freezing.py",
        "                parameter.grad = None",
        "                parameter.grad = None if parameter.grad is None else parameter.grad * 0",
        "finetuning/test_freezing.py::"
        "test_a_frozen_tensor_has_no_gradient_at_all_and_none_is_computed",
        "a gradient of zeros still lets AdamW's momentum and decay move a frozen tensor",
    ),
    Breakage(
        "frozen tensors still want gradients",
        "freezing.py",
        "            parameter.requires_grad_(name in chosen)",
        "            parameter.requires_grad_(True)",
        "finetuning/test_freezing.py::"
        "test_a_frozen_tensor_has_no_gradient_at_all_and_none_is_computed",
        "the backward pass computes what nobody reads",
    ),
    Breakage(
        "a stage's dropout not put back",
        "freezing.py",
        "built_with if dropout is None else dropout",
        "getattr(module, attribute) if dropout is None else dropout",
        "finetuning/test_encoder_families.py::"
        "test_a_stage_that_names_no_dropout_has_the_checkpoints",
        "the dropout of one stage leaks into the next",
    ),
    Breakage(
        "dropout kept as a number forgotten",
        "freezing.py",
        'if "dropout" in attribute and isinstance(value, float)',
        "if False",
        "finetuning/test_encoder_families.py::test_a_stage_without_dropout_has_none_anywhere",
        "ModernBERT's attention keeps its dropout whatever a stage says",
    ),
    Breakage(
        "growth from the input side",
        "freezing.py",
        "groups.backbone[max(len(groups.backbone) - grown, 0) :]",
        "groups.backbone[:grown]",
        "finetuning/test_freezing.py::test_growth_goes_from_the_output_side_down",
        "embeddings train first, and the cache is lost at once",
    ),
    Breakage(
        "a share rounded down",
        "freezing.py",
        "math.floor(percent / 100 * n_tensors + 0.5)",
        "math.floor(percent / 100 * n_tensors)",
        "finetuning/test_freezing.py::"
        "test_each_round_of_2_5_percent_unfreezes_ten_more_of_389_tensors",
        "9 tensors a plateau instead of the study's 10",
    ),
    Breakage(
        "the lowest trained layer taken for frozen",
        "freezing.py",
        '        depth += group != "embeddings"',
        "        depth += 1",
        "finetuning/test_freezing.py::"
        "test_what_lies_below_the_lowest_trained_tensor_can_be_computed_once",
        "a layer that trains is read from the cache and never learns",
    ),
    # --- which layers ----------------------------------------------------------------------
    Breakage(
        "range off by one",
        "selection.py",
        'return tuple(f"encoder.{i}" for i in range(low, high + 1))',
        'return tuple(f"encoder.{i}" for i in range(low, high))',
        "finetuning/test_selection.py::test_plain_names_and_ranges_include_both_ends",
        "layers 18-20 train as 18-19",
    ),
    Breakage(
        "half a layer not enough",
        "selection.py",
        "if overlap >= Fraction(1, 2))",
        "if overlap > Fraction(1, 2))",
        "finetuning/test_selection.py::"
        "test_a_fraction_of_the_depth_means_the_same_share_of_every_encoder",
        "on an encoder of another depth an experiment means other layers",
    ),
    Breakage(
        "an unknown layer means nothing instead of an error",
        "selection.py",
        "    if missing or not wanted:",
        "    if not wanted:",
        "finetuning/test_selection.py::"
        "test_a_layer_that_is_not_there_is_answered_with_those_that_are",
        "a typo trains nothing, and nobody is told",
    ),
    # --- optimizer -------------------------------------------------------------------------
    Breakage(
        "a group missing from the optimizer",
        "optimizer.py",
        "            for (layer_group, first_step, exempt), parameters in members.items()",
        "            for (layer_group, first_step, exempt), parameters in members.items()\n"
        '            if layer_group != "pooler"',
        "finetuning/test_optimizer.py::"
        "test_the_optimizer_holds_exactly_the_tensors_that_train_each_once",
        "the pooler has requires_grad and a gradient, and never moves",
    ),
    Breakage(
        "moments not carried",
        "optimizer.py",
        "if self.adamw is not None and keep_moments else {}",
        "if False else {}",
        "finetuning/test_independent_loop.py::"
        "test_the_engine_agrees_with_a_plain_loop_over_three_stages",
        "every stage change is a cold start for what goes on training",
    ),
    Breakage(
        "moments found by value",
        "optimizer.py",
        "            if parameter in before:\n"
        "                self.adamw.state[parameter] = before[parameter]",
        "            for twin in before:\n"
        "                if torch.equal(twin, parameter):\n"
        "                    self.adamw.state[parameter] = before[twin]",
        "finetuning/test_optimizer.py::test_moments_are_carried_over_by_identity_and_not_by_value",
        "a fresh normalisation layer inherits the momentum of its twin",
    ),
    Breakage(
        "the reducer touches all groups",
        "optimizer.py",
        "GroupRate(decayed, min(floor, decayed), name in reduced)",
        "GroupRate(decayed, min(floor, decayed), bool(reduced))",
        "finetuning/test_optimizer.py::test_the_reducer_touches_only_its_groups",
        "the classifier's rate falls with the backbone's",
    ),
    Breakage(
        "no floor under the reducer",
        "optimizer.py",
        "max(rate.rate * reduction, rate.floor)",
        "rate.rate * reduction",
        "finetuning/test_optimizer.py::test_the_reducer_stops_at_its_floor",
        "after a few plateaus nothing learns any more",
    ),
    Breakage(
        "warm-up not restarting",
        "optimizer.py",
        '                taken = step - group["first_step"]',
        "                taken = step",
        "test_learning.py::test_warm_up_starts_anew_for_layers_unfrozen_in_mid_run",
        "newly unfrozen layers are shaken by full steps on empty moments",
    ),
    Breakage(
        "layer decay upside down",
        "layers.py",
        "return len(layers) - 1 - layers.index(group) if group in layers else 0",
        "return layers.index(group) if group in layers else 0",
        "finetuning/test_optimizer.py::test_rates_fall_layer_by_layer_towards_the_input",
        "the layers nearest the output learn slowest",
    ),
    Breakage(
        "weight decay on normalisation",
        "optimizer.py",
        'if is_norm or name.endswith("bias"):',
        'if name.endswith("bias"):',
        "finetuning/test_optimizer.py::test_weight_decay_spares_biases_and_normalisation",
        "normalisation layers are pulled towards zero",
    ),
    # --- stages ----------------------------------------------------------------------------
    Breakage(
        "the cache not invalidated at a stage change",
        "run_caches.py",
        "            self._caches = dict(self._ahead) if depth == self._coming else {}",
        "            pass",
        "finetuning/test_activations.py::"
        "test_the_cache_follows_layers_that_were_trained_and_frozen_again",
        "layers that have learnt are read as they were before",
    ),
    Breakage(
        "the cache not dropped when going back to the best weights",
        "stages.py",
        "        # What was frozen in this stage may have come from another epoch.\n"
        "        self.caches.forget(self.best)",
        "        # What was frozen in this stage may have come from another epoch.",
        "finetuning/test_activations.py::"
        "test_the_cache_is_dropped_when_a_stage_goes_back_to_the_best_weights",
        "restored layers are read as they were when spoilt",
    ),
    Breakage(
        "best weights not restored",
        "trainer.py",
        "            self.stages.restore_best()\n",
        "",
        "test_learning.py::test_the_run_ends_with_the_weights_of_its_best_epoch",
        "the run ends overfitted",
    ),
    Breakage(
        "the best weights replaced at a stage change",
        "stages.py",
        "            self.best.setdefault(name, _copy(self._parameters[name]))",
        "            self.best[name] = _copy(self._parameters[name])",
        "test_learning.py::test_the_best_weights_outlast_the_stages_that_come_after_them",
        "the run ends with whatever a later stage began with",
    ),
    Breakage(
        "a stage starts from the last weights whatever it says",
        "stages.py",
        '        if stage.start_from == "best" and state.history:',
        '        if stage.start_from == "never" and state.history:',
        "test_learning.py::test_a_stage_starts_from_the_weights_its_entry_names",
        "a stage builds on weights that had already overfitted",
    ),
    Breakage(
        "the reducer counts from the start of the run",
        "stages.py",
        "return reduction(reducer, state.history, first_epoch=first)",
        "return reduction(reducer, state.history, first_epoch=1)",
        "test_learning.py::test_the_reducer_does_not_count_epochs_before_it_was_in_force",
        "a stage begins with rates that were reduced before it began",
    ),
    # --- progress --------------------------------------------------------------------------
    Breakage(
        "patience not reset at a stage change",
        "progress.py",
        'counted = _of_this_stage(history) if stopping.patience_scope == "stage" else history',
        "counted = history",
        "finetuning/test_progress.py::"
        "test_patience_per_stage_counts_anew_against_the_stages_own_best",
        "a new stage is stopped for the epochs of the one before",
    ),
    Breakage(
        "running out of patience always ends the run",
        "progress.py",
        'if impatient and stopping.patience_ends == "run":',
        "if impatient:",
        "finetuning/test_progress.py::"
        "test_out_of_patience_a_stage_that_is_not_the_last_ends_and_not_the_run",
        "later stages never begin",
    ),
    Breakage(
        "a tie counts as an improvement",
        "progress.py",
        "        if value > mark + minimum_change:",
        "        if value >= mark + minimum_change:",
        "finetuning/test_progress.py::"
        "test_epochs_are_counted_that_did_not_improve_on_the_best_before",
        "a constant metric never runs out of patience",
    ),
    Breakage(
        "NaN counts as better than every number",
        "progress.py",
        '        return float("-inf")\n    return -value',
        '        return float("inf")\n    return -value',
        "finetuning/test_progress.py::test_the_best_epoch_has_the_lowest_loss",
        "the run ends with weights that are no numbers",
    ),
    Breakage(
        "a loss taken for a score",
        "progress.py",
        'return -value if name == "loss" else value',
        "return value",
        "finetuning/test_progress.py::test_the_best_epoch_has_the_lowest_loss",
        "the worst epoch is kept",
    ),
    Breakage(
        "a plateau counted from the start of the run",
        "progress.py",
        "    since = history[-1].epoch - len(_of_this_round(history))",
        "    since = 0",
        "finetuning/test_progress.py::test_a_plateau_counts_from_the_last_growth",
        "one plateau unfreezes layer after layer, in every epoch",
    ),
    Breakage(
        "a repeating stage that is not the last never repeats",
        "progress.py",
        "    if can_grow and schedule.stages[here.index].repeat and",
        "    if can_grow and is_last and schedule.stages[here.index].repeat and",
        "finetuning/test_progress.py::test_a_repeating_stage_repeats_until_the_next_is_due",
        "growth ends after its first step, and nobody is told",
    ),
    # --- draws and losses ------------------------------------------------------------------
    Breakage(
        "sampler order mismatch",
        "batching.py",
        '            bucket = bucket[np.argsort(self.lengths[bucket], kind="stable")]',
        '            bucket = np.argsort(self.lengths[bucket], kind="stable")',
        "finetuning/test_batching.py::test_batches_hold_exactly_the_drawn_records",
        "positions within a bucket are taken for records: only the first ones are ever drawn",
    ),
    Breakage(
        "labels of other records",
        "trainer.py",
        "        labels = torch.from_numpy(training.labels[indices]).to(device)",
        "        labels = torch.from_numpy(training.labels[np.sort(indices)]).to(device)",
        "test_learning.py::test_a_few_records_can_be_learnt_by_heart",
        "texts learn the labels of their neighbours",
    ),
    Breakage(
        "draws that begin anew in every epoch",
        "batching.py",
        "        first = (epoch - 1) * count",
        "        first = 0",
        "finetuning/test_batching.py::"
        "test_over_many_epochs_the_records_of_a_class_are_drawn_equally_often",
        "most irrelevant records are never seen",
    ),
    Breakage(
        "class weights swapped",
        "losses.py",
        "else logits.new_tensor(self.class_weights)",
        "else logits.new_tensor(self.class_weights[::-1])",
        "finetuning/test_losses.py::test_class_weights_make_a_weighted_mean",
        "the weight meant for relevant records goes to the others",
    ),
    Breakage(
        "prior shift with the wrong sign",
        "losses.py",
        "        shift -= float(np.log(n_relevant / (len(labels) - n_relevant)))",
        "        shift += float(np.log(n_relevant / (len(labels) - n_relevant)))",
        "test_learning.py::test_validation_probabilities_are_at_the_real_prevalence",
        "the correction to the real prevalence doubles the error instead",
    ),
    Breakage(
        "prior shift not taken off in validation",
        "trainer.py",
        "        logits[:, 1] -= shift\n",
        "",
        "test_learning.py::test_validation_probabilities_are_at_the_real_prevalence",
        "plateaus and stopping are decided at a prevalence that is not the data's",
    ),
    Breakage(
        "validation resampled",
        "trainer.py",
        "        logits = self.stages.predict(validation.texts)\n",
        "        once = WeightedBucketSampler(\n"
        "            validation.texts.lengths, validation.labels, batch_size=1,\n"
        "            sampling=self.settings.sampling, seed=1,\n"
        "        ).draws(1)\n"
        "        logits = self.stages.predict(validation.texts)[once]\n"
        "        validation = LabelledTokens(validation.texts, validation.labels[once])\n",
        "finetuning/test_trainer.py::test_validation_records_are_never_resampled",
        "the study's own mistake: stopping is decided on a prevalence of one half",
    ),
    Breakage(
        "batches of a step counted alike",
        "trainer.py",
        "share = weight / total * self.fabric.world_size",
        "share = 1 / len(together)",
        "test_learning.py::test_accumulated_batches_equal_one_large_batch",
        "the last, small batch of an epoch counts as much as a full one",
    ),
    Breakage(
        "accumulated batches weighed without class weights",
        "losses.py",
        "        return float(np.asarray(self.class_weights)[labels].sum())",
        "        return float(len(labels))",
        "test_learning.py::test_accumulated_batches_equal_one_large_batch",
        "accumulation changes what is minimised",
    ),
    Breakage(
        "gradients not clipped",
        "stages.py",
        "            torch.nn.utils.clip_grad_norm_(trained, gradient_clip)",
        "            torch.nn.utils.get_total_norm([p.grad for p in trained])",
        "test_learning.py::test_the_gradients_norm_is_cut_down_where_wanted",
        "one odd record can throw the weights off",
    ),
    # --- reproducibility -------------------------------------------------------------------
    Breakage(
        "the seed not reaching dropout",
        "trainer.py",
        'stream_seed(settings.seed, "dropout", state.epoch, self.fabric.global_rank)',
        'stream_seed(0, "dropout", state.epoch, self.fabric.global_rank)',
        "test_reproducibility.py::test_the_seed_reaches_dropout_and_not_only_the_order",
        "the spread over seeds comes out too small",
    ),
    Breakage(
        "the same dropout in every epoch",
        "trainer.py",
        'stream_seed(settings.seed, "dropout", state.epoch, self.fabric.global_rank)',
        'stream_seed(settings.seed, "dropout", 1, self.fabric.global_rank)',
        "test_reproducibility.py::test_dropout_differs_from_epoch_to_epoch",
        "the same units are dropped again and again",
    ),
    Breakage(
        "dropout drawn from the caller's stream",
        "trainer.py",
        "        torch.manual_seed(\n",
        "        bool(\n",
        "test_reproducibility.py::test_a_run_does_not_hang_on_the_streams_of_its_caller",
        "the same seed gives other numbers in another program",
    ),
    Breakage(
        "checkpoint missing moments",
        "resuming.py",
        "    stages.optimizer.load_moments(dict(found.moments))",
        "    assert found.moments is not None",
        "finetuning/test_resuming.py::test_resuming_after_any_epoch_equals_never_having_stopped",
        "a resumed run takes another course",
    ),
    Breakage(
        "checkpoint missing the best weights",
        "resuming.py",
        "    stages.best = dict(found.best_weights)",
        "    stages.best = dict(found.weights)",
        "finetuning/test_resuming.py::test_resuming_after_any_epoch_equals_never_having_stopped",
        "a resumed run ends with its last weights",
    ),
    Breakage(
        "warm-up forgotten in a checkpoint",
        "resuming.py",
        "    stages.optimizer.first_step = dict(found.first_step)",
        "    assert found.first_step is not None",
        "finetuning/test_resuming.py::test_resuming_after_any_epoch_equals_never_having_stopped",
        "layers warm up again after every stop",
    ),
    Breakage(
        "an address in the fingerprint",
        "resuming.py",
        "fabric.strategy.precision.precision",
        "fabric.strategy.precision",
        "finetuning/test_resuming.py::"
        "test_a_run_is_known_by_what_it_is_and_not_by_where_its_objects_lie",
        "no other process can resume a run",
    ),
    # --- averaging and sharing -------------------------------------------------------------
    Breakage(
        "epochs averaged that are not the best",
        "progress.py",
        "    return tuple(sorted(record.epoch for record in best_first[: stopping.average]))",
        "    return tuple(record.epoch for record in history[-stopping.average :])",
        "finetuning/test_averaging.py::test_a_run_ends_with_the_mean_of_its_best_epochs",
        "weights from after overfitting began are mixed in",
    ),
    Breakage(
        "a tensor that began late left out of the average",
        "averaging.py",
        "            weights.setdefault(name, value)",
        "            pass",
        "finetuning/test_averaging.py::test_a_tensor_that_began_late_counts_with_where_it_began",
        "averaging after an unfreezing fails, or forgets what was unfrozen",
    ),
    Breakage(
        "a shared first stage followed to its end",
        "shared_start.py",
        "stopping, can_grow=grows) != _FIRST:",
        "stopping, can_grow=grows) is None:",
        "finetuning/test_shared_start.py::test_a_forked_run_ends_as_it_would_have_alone",
        "a run takes over epochs that it would not have trained",
    ),
    Breakage(
        "first stages shared whatever trains in them",
        "shared_start.py",
        "    return repr((alike, until, sorted(shared.items())))",
        "    return repr((until, sorted(shared.items())))",
        "finetuning/test_shared_start.py::test_a_stage_that_is_otherwise_takes_nothing_over",
        "a run goes on from weights that its own first stage would not have made",
    ),
    Breakage(
        "the best weights of a forked run taken from its last epoch",
        "shared_start.py",
        "            best_weights=weights[kept_epoch(last.history, stopping)],",
        "            best_weights=last.weights,",
        "finetuning/test_shared_start.py::test_a_forked_run_ends_as_it_would_have_alone",
        "a run that goes back to its best epoch goes back to another",
    ),
    Breakage(
        "a long field weighing more than a short one",
        "pooling.py",
        "    return real / lengths.gather(1, field).clamp_(min=1.0)",
        "    return real",
        "finetuning/test_pooling.py::test_a_short_title_weighs_as_much_as_a_longer_abstract",
        "titles drown in abstracts",
    ),
    Breakage(
        "attention weights dropped and not made up for",
        "attention.py",
        "        return found.mul_(ctx.made_up).view(",
        "        return found.view(",
        "finetuning/test_attention.py::test_its_mean_over_many_draws_is_attention_without_dropout",
        "training sees weaker attention than scoring",
    ),
    Breakage(
        "attention's gradient blind to what was dropped",
        "attention.py",
        "                masked(of_weights, masks[number], out=of_weights)",
        "                pass",
        "finetuning/test_attention.py::test_with_dropout_gradients_are_those_of_the_same_draws",
        "queries and keys follow gradients of another pass than the one that was taken",
    ),
    Breakage(
        "the last layer's mask ignored for the first token",
        "first_token.py",
        "    if mask is not None:\n        row",
        "    if False:\n        row",
        "finetuning/test_first_token.py::test_states_and_gradients_are_those_of_the_whole_layer",
        "padding is read as if it were text",
    ),
    Breakage(
        "one draw of dropout used for its neighbours",
        "dropping.py",
        "size=(size + 3) // 4, dtype=np.uint64)",
        "size=(size + 3) // 4, dtype=np.uint64) % 2**16 * 0x0001000100010001",
        "finetuning/test_dropping.py::test_neighbours_are_dropped_independently",
        "numbers are dropped in fours",
    ),
    Breakage(
        "a cache ahead kept when layers below it go back",
        "run_caches.py",
        "            self._ahead = {}\n\n    def _cache",
        "            pass\n\n    def _cache",
        "finetuning/test_run_caches.py::test_what_is_kept_ahead_goes_when_layers_below_it_change",
        "a stage starts from what spoilt layers said",
    ),
    # --- windows ---------------------------------------------------------------------------
    Breakage(
        "mean over places instead of windows",
        "window_pooling.py",
        "sums / counts.unsqueeze(1)",
        "sums / counts.max()",
        "finetuning/test_windowed_training.py::"
        "test_padding_between_records_of_unlike_numbers_of_windows_changes_nothing",
        "a short record's vector shrinks with the length of those beside it",
    ),
    Breakage(
        "largest value of windows never below zero",
        "window_pooling.py",
        "vectors.new_full(shape, -torch.inf)",
        "vectors.new_zeros(shape)",
        "finetuning/test_windowed_training.py::test_windows_are_pooled_as_worked_by_hand",
        "places without a window count as windows of zeros",
    ),
    Breakage(
        "windows of another record",
        "windows.py",
        "np.repeat(first - behind, chosen)",
        "np.repeat(first, chosen)",
        "finetuning/test_windowed_training.py::"
        "test_neither_order_nor_neighbours_of_a_record_change_its_logits",
        "records are judged by what stands in others",
    ),
    Breakage(
        "pooling of windows not part of a run's start",
        "resuming.py",
        "if trainer.model.window_pooling is not None:",
        "if False:",
        "finetuning/test_windowed_training.py::"
        "test_a_run_does_not_go_on_from_one_whose_windows_are_pooled_otherwise",
        "runs that pool windows otherwise take over each other's epochs",
    ),
    Breakage(
        "windows in a bundle that older versions read",
        "encoder_files.py",
        'return "encoder" if windows is None else "windowed-encoder"',
        'return "encoder"',
        "models/test_encoder_windows.py::"
        "test_a_version_from_before_windows_does_not_know_their_kind",
        "an older version scores the beginnings of texts and says nothing",
        folder="models",
    ),
    Breakage(
        "whose windows not part of a run's start",
        "resuming.py",
        "digest.update(texts.counts.tobytes())",
        "pass",
        "finetuning/test_windowed_training.py::"
        "test_a_run_does_not_go_on_from_one_whose_windows_belong_to_other_records",
        "a run goes on with windows that belong to other records",
    ),
    # --- loading ---------------------------------------------------------------------------
    Breakage(
        "the last of several head layers taken over alone",
        "stored_head.py",
        "    if unread != {",
        "    if not unread >= {",
        "finetuning/test_pretrained.py::test_a_classifier_with_another_layer_below_it_is_not_taken_over",
        "the classifier starts as noise, and is called pre-trained",
    ),
    Breakage(
        "a tokenizer made up",
        "checkpoint_files.py",
        "    if not any((folder / name)",
        "    if False and not any((folder / name)",
        "finetuning/test_pretrained.py::test_a_checkpoint_without_a_tokenizer_is_refused",
        "every word is unknown, and training goes on",
    ),
    # --- checks ----------------------------------------------------------------------------
    Breakage(
        "a tensor without a gradient passed over",
        "audit.py",
        "        if missing:\n",
        "        if len(missing) == len(self._tensors):\n",
        "finetuning/test_audit.py::test_a_run_ends_when_a_trained_tensor_is_not_in_the_pass",
        "part of a stage learns nothing, in silence",
    ),
    Breakage(
        "fresh frozen tensors not warned of",
        "frozen_noise.py",
        "    if noise:\n",
        "    if noise and False:\n",
        "test_learning.py::test_a_fresh_pooler_left_frozen_warns_and_says_what_to_unfreeze",
        "the classifier reads through random weights, which may be the study's first result",
    ),
    Breakage(
        "the mean taken over the padding too",
        "pooling.py",
        "    return total / weights.sum(1, keepdim=True)",
        "    return total / weights.shape[1]",
        "finetuning/test_trainer.py::"
        "test_logits_come_in_the_order_of_the_texts_whatever_their_length",
        "a text's score hangs on its neighbours in the batch",
    ),
)

# What decides: promises, comparisons, probabilities, and what a model has not seen.
DECISIONS = (
    Breakage(
        "one more miss than the bound allows",
        "tolerance.py",
        'side="right")) - 1',
        'side="right"))',
        "metrics/test_tolerance.py::test_the_known_numbers_for_95_and_95",
        "a promised recall is broken more often than one time in twenty",
        "metrics",
    ),
    Breakage(
        "a family found with its strongest member",
        "tolerance.py",
        "    np.minimum.at(weakest, family, values[relevant])",
        "    weakest[:] = -np.inf\n    np.maximum.at(weakest, family, values[relevant])",
        "metrics/test_tolerance.py::test_a_family_is_as_weak_as_its_weakest_relevant_member",
        "families are promised to be found of which members are missed",
        "metrics",
    ),
    Breakage(
        "the threshold of a promise one record too high",
        "certificate.py",
        "    threshold = min(float(weakest[misses]), plain_threshold)",
        "    threshold = min(float(weakest[misses + 1]), plain_threshold)",
        "screening/test_certificate.py::test_the_threshold_is_the_score_of_the_next_one",
        "the exact bound does not hold at the threshold that is used",
        "screening",
    ),
    Breakage(
        "members of a family change places apart",
        "swaps.py",
        "        yield drawn[:, family]",
        "        yield random.integers(2, size=(len(drawn), len(family)))",
        "metrics/test_swaps.py::test_families_go_together",
        "one large family makes a system look better than its equal",
        "metrics",
    ),
    Breakage(
        "the observed difference is none of its own tosses",
        "differences.py",
        "    p_value = (1 + as_far) / (1 + len(swapped))",
        "    p_value = as_far / len(swapped)",
        "metrics/test_differences.py::test_the_p_value_counts_the_tosses_that_go_as_far",
        "a p-value of 0, and equals called better too often",
        "metrics",
    ),
    Breakage(
        "few families trusted like many",
        "differences.py",
        "    freedom = max(1.0, fewest_families(truth, codes) - 1.0)",
        "    freedom = max(1.0, len(truth) - 1.0)",
        "metrics/test_differences.py::"
        "test_the_class_with_fewer_families_decides_how_sure_one_can_be",
        "intervals are too narrow where relevant families are few",
        "metrics",
    ),
    Breakage(
        "many comparisons taken for one",
        "holm.py",
        "(len(p_values) - rank) * p_values[place]",
        "p_values[place]",
        "metrics/test_holm.py::"
        "test_holm_multiplies_the_smallest_by_their_number_and_never_turns_the_order",
        "of twenty equal systems one is called better",
        "metrics",
    ),
    Breakage(
        "odds moved the wrong way",
        "log_odds.py",
        "    factor = wanted / (1 - wanted) * (1 - known) / known",
        "    factor = known / (1 - known) * (1 - wanted) / wanted",
        "metrics/test_log_odds.py::test_a_move_worked_by_hand",
        "a rarer topic gets higher probabilities",
        "metrics",
    ),
    Breakage(
        "a reader stopped one relevant record early",
        "stopping.py",
        "    return n_found * share.denominator // share.numerator + 1 - n_found",
        "    return n_found * share.denominator // share.numerator + 2 - n_found",
        "metrics/test_stopping.py::test_exactly_the_recall_wanted_is_not_too_little",
        "readers stop before the recall they asked for is likely",
        "metrics",
    ),
    Breakage(
        "a calibrator judged on what it learnt from",
        "calibrator_choice.py",
        "                fitted = CALIBRATORS[name].fit(scores[training], labels[training])",
        "                fitted = CALIBRATORS[name].fit(scores, labels)",
        "models/test_calibrator_choice.py::test_calibrators_are_judged_on_records_that_they_did_not_learn_from",
        "calibration is taken where it only learnt the noise",
        "models",
    ),
    Breakage(
        "a meta-classifier judged on what it learnt from",
        "meta_choice.py",
        "seed=seed).fit(probabilities[training], labels[training])",
        "seed=seed).fit(probabilities, labels)",
        "models/test_meta_choice.py::"
        "test_what_is_said_of_each_is_what_it_does_on_families_left_out",
        "the trees that learn by heart are chosen every time",
        "models",
    ),
    Breakage(
        "a stack's promise by a meta-classifier that has seen the family",
        "meta_choice.py",
        "name, probabilities[training], labels[training], families[training], seed=seed",
        "name, probabilities, labels, families, seed=seed",
        "models/test_meta_choice.py::"
        "test_who_is_cross_fitted_has_not_seen_the_family_neither_has_the_choice",
        "the stack is shown better than it is",
        "models",
    ),
    Breakage(
        "a stack taught by scores of bases that know the record",
        "stacking.py",
        "            scores[held_out] = _probabilities(bases, [texts[i] for i in held_out])",
        "            scores[:] = _probabilities(bases, texts)",
        "models/test_stacking.py::test_out_of_fold_scores_show_who_only_remembers",
        "the reference study's mistake: whoever has memorised most is believed",
        "models",
    ),
    Breakage(
        "a promise read off training scores",
        "held_out.py",
        "            probabilities = classifier.out_of_fold_",
        "            probabilities = classifier.predict_proba(texts)[:, 1]",
        "experiments/test_run_on_all_labels.py::"
        "test_every_label_teaches_and_the_estimate_is_out_of_fold",
        "a model that is shown its own training records promises what it cannot keep",
        "experiments",
    ),
    Breakage(
        "a low rank taken for a bad one",
        "column.py",
        "        sign = 1.0 if self.higher_is_relevant else -1.0",
        "        sign = 1.0",
        "models/test_column.py::test_a_low_number_can_be_a_good_one",
        "another system's list is read from its end",
        "models",
    ),
)
BREAKAGES = (*ENGINE, *DECISIONS)
