"""Write the blocks A and C of Inception-v3."""

from __future__ import annotations

from cnnbook.exercises.functions.block_errors import READS_INS, SIZES_DIFFER
from cnnbook.exercises.functions.block_plans import Layer, Plan, conv, pool
from cnnbook.exercises.functions.blocks import BlockQuestion
from cnnbook.exercises.functions.sizes import probes
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _


def _block_a(ins: int, pool_features: int) -> Plan:
    five, twice = (conv(48, 1), conv(64, 5)), (conv(64, 1), conv(96, 3), conv(96, 3))
    return ((conv(64, 1),), five, twice, (pool(), conv(pool_features, 1)))


def _block_a_direct(ins: int, pool_features: int) -> Plan:
    one, five, twice, pooled = _block_a(ins, pool_features)
    return (one, five[1:], twice[1:], pooled)


WRITE_BLOCK_A = BlockQuestion(
    "my_block_a(ins, pool_features)",
    _block_a,
    probes("ins pool_features", (8, 3), (12, 5)),
    _("ins={ins}, pool_features={pool_features}"),
    advice=SIZES_DIFFER | READS_INS,
    usual=(32, 64),
    wrong={
        "concat-forgot-branch": lambda ins, pool_features: _block_a(ins, pool_features)[:-1],
        "pool-passes-all": lambda ins, pool_features: (*_block_a(ins, pool_features)[:-1], (pool(),)),
        "no-bottleneck": _block_a_direct,
        "max-not-mean": lambda ins, pool_features: (
            *_block_a(ins, pool_features)[:-1],
            (pool(average=False), conv(pool_features, 1)),
        ),
    },
    solution=_(
        "Each branch is a row of bricks:\n"
        "    five = nn.Sequential(conv_bn(ins, 48, 1), conv_bn(48, 64, 5, padding=2))\n"
        "    three = [conv_bn(ins, 64, 1), conv_bn(64, 96, 3, padding=1), conv_bn(96, 96, 3, padding=1)]\n"
        "    pool = nn.Sequential(nn.AvgPool2d(3, stride=1, padding=1), conv_bn(ins, pool_features, 1))\n"
        "    return Branches(conv_bn(ins, 64, 1), five, nn.Sequential(*three), pool)"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}. It returns block A as an nn.Module. The block reads ins maps "
            "and keeps their size. Its four branches, in this order: 1x1 to 64; 1x1 to 48, then 5x5 to 64; "
            "1x1 to 64, then 3x3 to 96, then 3x3 to 96; an average pool of 3x3 with stride 1, then 1x1 to "
            "pool_features. Each convolution has a batch norm and a ReLU, as in conv_bn."
        ),
        ask=_(
            "Take the branches one by one. Which layers does each have, how many maps does each layer read "
            "and make, and which padding keeps the size?"
        ),
        formula=_(
            "Branches(first, second, third, fourth), where a branch of several layers is nn.Sequential(...)."
        ),
        hints={
            "concat-forgot-branch": _(
                "Your block has no branch with a pool. Which two layers stand in that branch?"
            ),
            "pool-passes-all": _(
                "Your pool hands on all the maps that it reads. Which layer stands behind it, and how many "
                "maps does that make?"
            ),
            "no-bottleneck": _(
                "Your large kernels read all the maps. Which narrow layer stands before them in block A?"
            ),
            "max-not-mean": _(
                "Your pool takes the largest number of a window. Which pool does block A have?"
            ),
        },
    ),
)


def _pairs(between: int, outs: int, *kernels: tuple[int, int]) -> tuple[Layer, ...]:
    *first, last = kernels
    return (conv(between, 1), *(conv(between, *kernel) for kernel in first), conv(outs, *last))


_ROW, _COLUMN = (1, 7), (7, 1)
_WRONG_AXIS = {
    "the kernel does not fit": _(
        "kernel_size and padding are both (rows, columns). A kernel of (1, 7) has one row and seven columns: "
        "on which of the two axes must zeros be added?"
    )
}


def _block_c(ins: int, c: int) -> Plan:
    once, twice = _pairs(c, 192, _ROW, _COLUMN), _pairs(c, 192, _COLUMN, _ROW, _COLUMN, _ROW)
    return ((conv(192, 1),), once, twice, (pool(), conv(192, 1)))


def _block_c_turned(ins: int, c: int) -> Plan:
    once, twice = _pairs(c, 192, _COLUMN, _ROW), _pairs(c, 192, _ROW, _COLUMN, _ROW, _COLUMN)
    return ((conv(192, 1),), once, twice, (pool(), conv(192, 1)))


def _block_c_whole(ins: int, c: int) -> Plan:
    once, twice = _pairs(c, 192, (7, 7)), _pairs(c, 192, (7, 7), (7, 7))
    return ((conv(192, 1),), once, twice, (pool(), conv(192, 1)))


def _block_c_short(ins: int, c: int) -> Plan:
    one, once, _twice, pooled = _block_c(ins, c)
    return (one, once, _pairs(c, 192, _COLUMN, _ROW), pooled)


WRITE_BLOCK_C = BlockQuestion(
    "my_block_c(ins, c)",
    _block_c,
    probes("ins c", (24, 6), (32, 9)),
    _("ins={ins}, c={c}"),
    advice=SIZES_DIFFER | READS_INS | _WRONG_AXIS,
    usual=(128, 160, 192),
    wrong={
        "kernel-wrong-axis": _block_c_turned,
        "field-as-kernel": _block_c_whole,
        "shorter-branch": _block_c_short,
        "pool-passes-all": lambda ins, c: (*_block_c(ins, c)[:-1], (pool(),)),
    },
    solution=_(
        "A row is 1 x 7 and a column is 7 x 1; each keeps the size:\n"
        "    row = lambda outs: conv_bn(c, outs, (1, 7), padding=(0, 3))\n"
        "    column = lambda outs: conv_bn(c, outs, (7, 1), padding=(3, 0))\n"
        "    seven = nn.Sequential(conv_bn(ins, c, 1), row(c), column(192))\n"
        "    twice = nn.Sequential(conv_bn(ins, c, 1), column(c), row(c), column(c), row(192))\n"
        "    pool = nn.Sequential(nn.AvgPool2d(3, stride=1, padding=1), conv_bn(ins, 192, 1))\n"
        "    return Branches(conv_bn(ins, 192, 1), seven, twice, pool)"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}. It returns block C as an nn.Module. The block reads ins maps "
            "and keeps their size. Its four branches, in this order: 1x1 to 192; 1x1 to c, then 1x7 to c, "
            "then 7x1 to 192; 1x1 to c, then 7x1 to c, 1x7 to c, 7x1 to c, and 1x7 to 192; an average pool "
            "of 3x3 with stride 1, then 1x1 to 192. Each convolution has a batch norm and a ReLU."
        ),
        ask=_(
            "Take the branches one by one. Which layers make c maps, and which make 192? On which axis is "
            "each kernel 7 long, and which padding keeps the size on that axis?"
        ),
        formula=_(
            "A kernel of (1, 7) is one row high: it needs padding=(0, 3). A kernel of (7, 1) needs (3, 0)."
        ),
        hints={
            "kernel-wrong-axis": _(
                "Your rows stand where columns should be. kernel_size is (rows, columns): how many rows "
                "has (7, 1)?"
            ),
            "field-as-kernel": _(
                "Your block has kernels of 7x7. They see as far, but into which two layers does block C cut "
                "each?"
            ),
            "shorter-branch": _(
                "Your third branch has one pair of long kernels. How many does the task list there?"
            ),
            "pool-passes-all": _(
                "Your pool hands on all the maps that it reads. Which layer stands behind it, and how many "
                "maps does that make?"
            ),
        },
    ),
)
