"""``cnnbook networks``: the networks that are known by name."""

from __future__ import annotations

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def networks(as_json: bool) -> None:
    """List the networks that are known by name: year, input (N, C, H, W), parameters, MACs of one image.

    First come those of the course, then torchvision's others. Commands take a name in upper or lower case.

    \b
    Example: cnnbook networks
    """
    from cnnbook.networks.totals import listed

    rows = listed()
    if as_json:
        import json

        click.echo(json.dumps([row._asdict() for row in rows], indent=1))
        return
    for row in rows:
        shape = "x".join(map(str, row.input_shape))
        click.echo(f"{row.name:22}  {row.year}  {shape:13}  {row.parameters:>13,}  {row.macs:>16,}".rstrip())
