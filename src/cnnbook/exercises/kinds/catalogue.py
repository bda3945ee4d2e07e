"""All kinds of practice question, in the order in which they are learned."""

from __future__ import annotations

from cnnbook.exercises.kinds import (
    adaptive_pools,
    concatenation,
    edits,
    error_messages,
    flattening,
    input_sizes,
    layer_counts,
    layer_orders,
    linear_features,
    macs,
    parameters,
    receptive_fields,
    residual_blocks,
    settings,
    slip_finding,
    trace_table_kinds,
    transposed,
    window_kinds,
)
from cnnbook.exercises.kinds.kind import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        window_kinds.output_size,
        window_kinds.conv_output_size,
        window_kinds.pool_output_size,
        flattening.flatten_features,
        linear_features.linear_in_features,
        settings.padding_for,
        settings.stride_for,
        settings.kernel_for,
        input_sizes.input_range,
        input_sizes.largest_input,
        parameters.convolution,
        parameters.dense_layers,
        window_kinds.dilated_output_size,
        window_kinds.ceil_output_size,
        transposed.output_shape,
        receptive_fields.chain_of_layers,
        macs.convolution,
        adaptive_pools.adaptive_pool,
        concatenation.concatenation,
        residual_blocks.residual_block,
        residual_blocks.projection_stride,
        layer_counts.layer_count,
        trace_table_kinds.one_open_cell,
        trace_table_kinds.two_open_cells,
        trace_table_kinds.trace_table,
        layer_orders.layers_by_parameters,
        slip_finding.find_the_slip,
        edits.edited_network,
        error_messages.decode_error,
    )
}
