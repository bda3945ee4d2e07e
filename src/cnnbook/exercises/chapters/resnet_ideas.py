"""Exercises of chapter 07 about its ideas: degradation, identity, gradients, frozen layers, fields."""

from __future__ import annotations

from cnnbook.arithmetic import Window
from cnnbook.exercises.choices import Choice, Option
from cnnbook.exercises.kinds.macs import ConvMacs
from cnnbook.exercises.kinds.receptive_fields import ReceptiveFieldSize
from cnnbook.exercises.kinds.slip_finding import FindTheSlip
from cnnbook.exercises.orders import Item, Order
from cnnbook.exercises.questions import Question, Words
from cnnbook.exercises.words import _, say
from cnnbook.networks.shipped import shipped

_BLOCKS = 10


def _field_item(text: str, network: str) -> Item:
    """Return a network as an item, by the receptive field of its last map."""
    field = max(
        row.receptive_field[0]
        for row in shipped(network)
        if row.op in ("conv2d", "max_pool2d") and row.receptive_field
    )
    return Item(text, field, say(_("{field} pixels"), field=field))


IDEAS: dict[str, Question] = {
    "resnet.degradation": Choice(
        Option(
            _("Training did not find good weights for the deeper network."),
            _("It is worse on the pictures that it learns from, so learning itself went wrong."),
        ),
        (
            Option(
                _("The deeper network overfits."),
                _("A network that overfits knows its training pictures. This one does not."),
            ),
            Option(
                _("The deeper network has too few weights for these pictures."),
                _("It has more weights than the other, and the same layers among them."),
            ),
            Option(
                _("The new pictures are harder than the training pictures."),
                _("Both networks see the same ones, and the difference is there on the training pictures."),
            ),
        ),
        words=Words(
            prompt=_(
                "Two networks learn from the same pictures. With 20 layers, 90 % of the training pictures "
                "are right and 80 % of new ones. With 56 layers it is 30 % and 28 %. What does that show?"
            ),
            ask=_("Which of the two pairs of numbers is about pictures that the network learns from?"),
        ),
    ),
    "resnet.zero-block": Choice(
        Option(
            _("It computes relu(x)."),
            _(
                "F(x) + x is x then, and the ReLU behind the sum sets negative numbers to 0. Inside the "
                "network x comes out of a ReLU and has none: there the block copies x."
            ),
        ),
        (
            Option(
                _("It computes x."),
                _("It does for an x without negative numbers. What does the ReLU make of -2?"),
            ),
            Option(
                _("It computes 0."),
                _("That would be a block without a shortcut: here x is added before the last ReLU."),
            ),
            Option(
                _("It computes 2x."), _("x is added once: the other part of the sum is F(x), which is 0.")
            ),
        ),
        words=Words(
            prompt=_(
                "A residual block computes relu(F(x) + x). Training has made F(x) zero for every x. "
                "Some numbers of this x are negative. What does the block compute?"
            ),
            ask=_("Put 0 in the place of F(x). What is done with the sum then?"),
        ),
    ),
    "resnet.gradient-path": Choice(
        Option(
            _("Plain: {plain}. Residual: {residual}."),
            _("The slope of a plain block is 0.1 here, that of a residual one 0.1 + 1, at each block anew."),
        ),
        (
            Option(
                _("Plain: {plain}. Residual: {plain}."),
                _("The addition has a slope, too: x itself passes with slope 1, besides F."),
            ),
            Option(
                _("Plain: {sum}. Residual: {more}."),
                _("Slopes of blocks one behind the other are multiplied, and not added."),
            ),
            Option(
                _("Plain: {residual}. Residual: {plain}."),
                _("Which of the two has a factor below 1 at each block? That one becomes small."),
            ),
        ),
        numbers={
            "plain": f"{0.1**_BLOCKS:.10f}",
            "residual": f"{1.1**_BLOCKS:.1f}",
            "sum": f"{0.1 * _BLOCKS:g}",
            "more": f"{1.1 * _BLOCKS:g}",
        },
        words=Words(
            prompt=_(
                "Ten blocks stand one behind the other. Take each F as a function of one number, with the "
                "slope 0.1. A gradient of 1 comes from behind. How much of it arrives in front, with plain "
                "blocks F(x) and with residual blocks F(x) + x? Leave the ReLU out."
            ),
            ask=_("What is the slope of F(x) + x at one block, and what happens to slopes in a chain?"),
        ),
    ),
    "resnet.same-weights": Choice(
        Option(
            _("It loads without an error, and the answers are wrong."),
            _("A stride is no parameter, so every name and every shape fits."),
        ),
        (
            Option(
                _("It loads without an error, and the answers are the same."),
                _("The kernels stand on other places then: the maps between the layers differ."),
            ),
            Option(
                _("load_state_dict raises an error, since the shapes differ."),
                _("It compares the shapes of weights. Does a weight change its shape with the stride?"),
            ),
            Option(
                _("It loads, and the first picture raises an error."),
                _("Both put out maps of the same size: the block halves either way."),
            ),
        ),
        words=Words(
            prompt=_(
                "A network was trained with the stride in the 1 x 1 convolution of its bottlenecks. You load "
                "its weights into a network that has the stride in the 3 x 3. What happens?"
            ),
            ask=_(
                "What does load_state_dict compare, and does a stride stand in it? And on which places of a "
                "map does each kernel stand afterwards?"
            ),
        ),
    ),
    "resnet.frozen-moves": Choice(
        Option(
            _("The running means and variances of the batch norms."),
            _(
                "They are no parameters, so requires_grad does not hold them. In train mode each batch "
                "moves them."
            ),
        ),
        (
            Option(
                _("Nothing: the network is frozen."),
                _("requires_grad=False holds parameters. Which numbers of a batch norm are no parameters?"),
            ),
            Option(
                _("The weights of the convolutions."),
                _("They are frozen, and without a gradient no step is taken."),
            ),
            Option(
                _("The weights and biases of the batch norms."),
                _("These two are parameters, so they are frozen like the kernels."),
            ),
        ),
        words=Words(
            prompt=_(
                "All parameters of a ResNet are frozen by requires_grad_(False). It is in train mode, and "
                "under no_grad one batch of pictures goes through it. Which numbers of the network change?"
            ),
            ask=_("Which numbers does a batch norm keep besides the two that it learns?"),
        ),
    ),
    "resnet.order-by-field": Order(
        (
            _field_item(_("ResNet-50: its stem and 16 bottlenecks"), "resnet50"),
            _field_item(_("ResNet-34: its stem and 16 basic blocks"), "resnet34"),
            _field_item(_("VGG16: 13 convolutions of 3 x 3 and five pools"), "vgg16"),
        ),
        words=Words(
            prompt=_(
                "How many pixels does one number of the last map see? Put three networks in order, the "
                "smallest field first. All three halve their maps five times. The ResNets halve twice "
                "before their first block, VGG16 begins with kernels of 3 x 3 at once."
            ),
            ask=_(
                "Only kernels larger than 1 x 1 widen a field, by more where the jump is larger. How many of "
                "these has each network, and how large is the jump at the first kernels of VGG16, and in the "
                "blocks of the ResNets?"
            ),
        ),
    ),
    "resnet.find-the-slip": FindTheSlip(
        ReceptiveFieldSize(
            ((7, 2), (3, 2), (3, 1)),
            words=Words(
                prompt=_(
                    "ResNet-18 begins with conv1, maxpool and the first convolution of layer1: {layers}. How "
                    "many pixels wide is the receptive field of one unit after the third layer?"
                )
            ),
        ),
        "own-stride-in-field",
    ),
    "resnet.slip-macs": FindTheSlip(
        ConvMacs((128, 256), Window(3, stride=2, padding=1), (28, 28)),
        "same-size",
        words=Words(formula=_("Output height × width × k_h × k_w × in_channels × out_channels.")),
    ),
}
