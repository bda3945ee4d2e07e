"""The kinds of practice question, in the order in which they are learned: the ladder of skills."""

from __future__ import annotations

from cnnbook.exercises.kinds import chains, counts, depth, inverses, shapes, windows
from cnnbook.exercises.variants import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        windows.output_size,
        windows.conv_output_size,
        windows.pool_output_size,
        shapes.flatten_features,
        chains.linear_in_features,
        inverses.padding_for,
        inverses.stride_for,
        inverses.kernel_for,
        inverses.input_sizes,
        inverses.largest_input,
        counts.conv_parameters,
        counts.dense_parameters,
        windows.dilated_output_size,
        windows.ceil_output_size,
        depth.receptive_field,
        counts.conv_macs,
        shapes.adaptive_pool,
        shapes.concatenation,
        depth.residual_block,
        depth.projection_stride,
        depth.layer_count,
        chains.trace_table,
        chains.edited_network,
        chains.decode_error,
    )
}
