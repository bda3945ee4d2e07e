"""Exercises of chapter 06 about its ideas: one pixel, batches, branches, and which network a page prints."""

from __future__ import annotations

from cnnbook.arithmetic import Window
from cnnbook.exercises.chapters.inception_sizes import weights
from cnnbook.exercises.choices import Choice, Option
from cnnbook.exercises.functions.inception import WRITE_BLOCK_A, WRITE_BLOCK_C
from cnnbook.exercises.functions.norms import WRITE_BATCH_NORM
from cnnbook.exercises.functions.own_block import DESIGN_BLOCK
from cnnbook.exercises.kinds.macs import ConvMacs
from cnnbook.exercises.kinds.slip_finding import FindTheSlip
from cnnbook.exercises.orders import Item, Order
from cnnbook.exercises.questions import Question, Words
from cnnbook.exercises.words import _, say

_MAPS = 64


def _stack(text: str, *kernels: int | tuple[int, int]) -> Item:
    count = weights(*((_MAPS, _MAPS, kernel) for kernel in kernels))
    return Item(text, count, say(_("{weights} weights"), weights=count))


IDEAS: dict[str, Question] = {
    "inception.shuffled": Choice(
        Option(
            _("The old map, its pixels moved in the same way."),
            _("A kernel of 1 x 1 reads one place only, so it does not notice which places lie beside it."),
        ),
        (
            Option(
                _("The old map, unchanged."),
                _("A number comes out where its pixel lies, and the pixels have moved."),
            ),
            Option(
                _("Another map, with other numbers."),
                _("Each number is made of the colours of one pixel, and these have not changed."),
            ),
            Option(
                _("Nothing but noise around 0."),
                _("The numbers are those of the old map, so they are as large as before."),
            ),
        ),
        words=Words(
            prompt=_(
                "A kernel of 1 x 1 makes a map of a photograph. Now the pixels of the photograph are moved "
                "to other places at random, and the same kernel reads it again. What comes out?"
            ),
            ask=_("Which pixels does one number of the map depend on?"),
        ),
    ),
    "inception.removed": Choice(
        Option(
            _("The new network, which never had the branch."),
            _(
                "Its other branches have learned to do without. In the trained network the layers behind "
                "rely on maps that are now 0."
            ),
        ),
        (
            Option(
                _("The trained network, whose maps of that branch are set to 0."),
                _("Its later layers were trained with these maps. They now get numbers that they never saw."),
            ),
            Option(
                _("Both read the same number of pictures."),
                _("In both the same three branches are at work, but with different weights."),
            ),
            Option(
                _("Neither: without the branch nothing can be read."),
                _("The other branches still see the picture."),
            ),
        ),
        words=Words(
            prompt=_(
                "You want to know what a branch is good for. In a trained network you set all its maps to 0. "
                "Then you train a new network that never had the branch. Which of the two reads more new "
                "pictures?"
            ),
            ask=_("Which weights of each network have learned to do without the branch?"),
        ),
    ),
    "inception.batch-mates": Choice(
        Option(
            _("In training mode only."),
            _("Mean and deviation are then those of the batch. In use they are stored numbers."),
        ),
        (
            Option(
                _("In evaluation mode only."),
                _("There the stored mean and variance are used, whatever else is in the batch."),
                "statistics-and-learned",
            ),
            Option(
                _("In both modes."),
                _("After eval() the numbers are stored ones, and the batch does not matter."),
            ),
            Option(
                _("In neither mode."),
                _("In training the mean is taken over all pictures of the batch, so each of them counts."),
            ),
        ),
        words=Words(
            prompt=_(
                "A network with batch norms reads the same picture twice, each time together with other "
                "pictures. When can its scores for that picture differ?"
            ),
            ask=_("From which pictures does a batch norm take its mean, in training and in use?"),
        ),
    ),
    "inception.which-network": Choice(
        Option(
            _("Inception-v3, of December 2015."),
            _("It alone cuts a kernel of 7 x 7 into a row and a column."),
        ),
        (
            Option(
                _("GoogLeNet as the paper of 2014 has it."),
                _("The paper's blocks have kernels of 1 x 1, 3 x 3 and 5 x 5, all of them square."),
                "predecessors-year",
            ),
            Option(
                _("GoogLeNet as torchvision has it."),
                _("It has 3 x 3 where the paper has 5 x 5, and no kernel that is not square."),
            ),
            Option(
                _("VGG16, with longer kernels."),
                _("VGG16 is a chain of 3 x 3, without branches."),
            ),
        ),
        words=Words(
            prompt=_(
                "A page announces GoogLeNet, 2014. In its code stands nn.Conv2d(128, 128, kernel_size=(1, "
                "7), padding=(0, 3)). Which network does the page print?"
            ),
            ask=_("Which of these networks has kernels that are wider than they are high?"),
        ),
    ),
    "inception.order-seven": Order(
        (
            _stack(_("three layers of 3 x 3, one after the other"), 3, 3, 3),
            _stack(_("one layer of 7 x 7"), 7),
            _stack(_("one layer of 5 x 5"), 5),
            _stack(_("a layer of 1 x 7, then one of 7 x 1"), (1, 7), (7, 1)),
        ),
        words=Words(
            prompt=_(
                "All layers read 64 maps and make 64 maps, without biases. Put the four in the order of "
                "their weights, the fewest first."
            ),
            ask=_("How many cells does each kernel have? All of them are multiplied by 64 x 64."),
        ),
    ),
    "inception.find-the-slip": FindTheSlip(
        ConvMacs((192, 16), Window(1), (28, 28)),
        "no-input-channels",
        words=Words(
            formula=_(
                "Places × weights of one kernel × kernels. A kernel has weights for each map that it reads."
            )
        ),
    ),
    "inception.write-batch-norm": WRITE_BATCH_NORM,
    "inception.write-block-a": WRITE_BLOCK_A,
    "inception.write-block-c": WRITE_BLOCK_C,
    "inception.design-block": DESIGN_BLOCK,
}
