"""The chapters' pictures, one named function each; every one returns a figure that a notebook shows."""

from cnnbook.figures.alexnet import (
    activations,
    by_seed,
    group_ties,
    kernels_with_maps,
    training_test_gaps,
)
from cnnbook.figures.bar_charts import bars, shares
from cnnbook.figures.choosing import accuracy_bubbles, accuracy_by_cost
from cnnbook.figures.costs import activation_bytes, cost_bars
from cnnbook.figures.first_sight import first_sight
from cnnbook.figures.frames import frames
from cnnbook.figures.inception import branches_to_scale, maps_to_scale
from cnnbook.figures.kernel_sizes import kernel_sizes_on_photograph
from cnnbook.figures.learned import learned_kernels
from cnnbook.figures.lenet import connection_table, digit_strip, feature_maps, kernels
from cnnbook.figures.mistakes import confusion, wrongly_read
from cnnbook.figures.number_grids import dense_against_convolution, number_grids
from cnnbook.figures.output_size import (
    to_scale,
    unread_on_photograph,
    weights_on_photograph,
    what_one_number_sees,
)
from cnnbook.figures.photograph_numbers import photograph
from cnnbook.figures.pooling import (
    ink,
    photographs,
    pools_on_photograph,
    shift_response,
    tolerance,
    window_ranges,
    winners,
)
from cnnbook.figures.receptive_fields import gradient_support, receptive_field
from cnnbook.figures.resnet import loss_curves, losses_by_seed, stage_fields
from cnnbook.figures.resnet_depth import depth_on_photograph, gradient_norms
from cnnbook.figures.side_by_side import kernels_on_photograph, side_by_side
from cnnbook.figures.training import (
    accuracy_by_shift,
    kernel_learning,
    kernel_step,
    learning_rates,
    training_against_test,
    where_it_looks,
)
from cnnbook.figures.vgg import field_growth, fields_on_photograph
from cnnbook.figures.vgg_depth import accuracy_by_depth, configurations, score_maps, signal_by_layer
from cnnbook.figures.window_positions import padding_conventions, unread_pixels, windows_on_a_line

__all__ = [
    "accuracy_bubbles",
    "accuracy_by_cost",
    "accuracy_by_depth",
    "accuracy_by_shift",
    "activation_bytes",
    "activations",
    "bars",
    "branches_to_scale",
    "by_seed",
    "configurations",
    "confusion",
    "connection_table",
    "cost_bars",
    "dense_against_convolution",
    "depth_on_photograph",
    "digit_strip",
    "feature_maps",
    "field_growth",
    "fields_on_photograph",
    "first_sight",
    "frames",
    "gradient_norms",
    "gradient_support",
    "group_ties",
    "ink",
    "kernel_learning",
    "kernel_sizes_on_photograph",
    "kernel_step",
    "kernels",
    "kernels_on_photograph",
    "kernels_with_maps",
    "learned_kernels",
    "learning_rates",
    "loss_curves",
    "losses_by_seed",
    "maps_to_scale",
    "number_grids",
    "padding_conventions",
    "photograph",
    "photographs",
    "pools_on_photograph",
    "receptive_field",
    "score_maps",
    "shares",
    "shift_response",
    "side_by_side",
    "signal_by_layer",
    "stage_fields",
    "to_scale",
    "tolerance",
    "training_against_test",
    "training_test_gaps",
    "unread_on_photograph",
    "unread_pixels",
    "weights_on_photograph",
    "what_one_number_sees",
    "where_it_looks",
    "window_ranges",
    "windows_on_a_line",
    "winners",
    "wrongly_read",
]
