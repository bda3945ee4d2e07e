"""The text of the exercises that only their chapter states, for those who meet them outside of it."""

MESSAGES: dict[str, str] = {
    "prompt.start.pixels": (
        "A colour picture has 5 rows, 7 columns and 3 channels. How many numbers does it hold?"
    ),
    "prompt.start.matrix-weights": (
        "A convolution of 3 on a row of 7 numbers, written as a dense layer, is a table of 5 x 7 weights. "
        "How many of them are not 0?"
    ),
    "prompt.start.kernel-weights": (
        "How many weights has one of the 6 kernels of Conv2d(3, 6, kernel_size=5), its bias left out?"
    ),
    "prompt.start.correlation": (
        "The image is [[1, 2], [3, 4]], the kernel [[0, 1], [2, 3]]. Which one number does conv2d give?"
    ),
    "prompt.start.collapse": (
        "Two convolutions of 3 x 3 with stride 1 and nothing between them act like one convolution. What is"
        " its kernel size?"
    ),
    "prompt.start.shifted-pool": (
        "Max-pooling of pairs makes 7 3 8 6 from 1 7 2 3 8 4 5 6. The row moves one pixel to the right, and"
        " a 0 comes in: 0 1 7 2 3 8 4 5. What is the first output now?"
    ),
    "prompt.start.flatten": (
        "A picture of (3, 11, 14) goes through Conv2d(3, 4, kernel_size=3), ReLU, MaxPool2d(2) and Flatten."
        " What must stand in Linear(?, 5)?"
    ),
    "prompt.size.span": (
        "A kernel of 3 with dilation 4: how many pixels wide is it, from its first weight to its last, both"
        " counted?"
    ),
    "prompt.size.total-padding": (
        "Dive into Deep Learning pads 6 rows in total for a kernel of 7. Which padding does PyTorch take?"
    ),
    "prompt.size.unread": (
        "20 rows, a kernel of 5, stride 4, no padding: how many rows at the bottom are never read?"
    ),
    "prompt.size.tensorflow-same": (
        "An image of 13 x 13, a kernel of 3, stride 2, and TensorFlow's SAME. How high is the output?"
    ),
    "prompt.size.field-two": (
        "Two stacked layers of 3 x 3, stride 1: how many pixels high is the receptive field of one unit?"
    ),
    "prompt.size.field-three": (
        "Three stacked layers of 3 x 3, stride 1: how many pixels high is the receptive field of one unit?"
    ),
    "prompt.size.field-strided": (
        "Kernels of 7, 3 and 3 with strides 2, 2 and 1: how many pixels high is the receptive field of one "
        "unit?"
    ),
    "prompt.size.jump": (
        "Layers with strides 2, 2 and 1: one step in the last map is how many pixels of the image?"
    ),
    "prompt.size.field-design": (
        "Three layers with a kernel of 3 and strides s, 1 and 1 see 11 pixels. Which s?"
    ),
    "prompt.lenet5.flatten": "In the modern LeNet-5, how many numbers leave S4 for one picture of 32 x 32?",
    "prompt.lenet5.s2-parameters": (
        "In the network of 1998 each map of S2 learns a coefficient and a bias. How many parameters has S2,"
        " with its 6 maps?"
    ),
    "prompt.lenet5.c3-parameters": (
        "In the network of 1998, 6 maps of C3 read 3 maps of S2 each, 9 read 4 and 1 reads 6. How many "
        "parameters has C3, with its kernels of 5 x 5 and a bias per map?"
    ),
    "prompt.lenet5.c5-parameters": (
        "In the modern LeNet-5 a dense layer from S4 to 120 stands in C5's place. How many parameters has it?"
    ),
    "prompt.lenet5.total-parameters": (
        "How many parameters has the LeNet-5 of 1998, all layers together (the drawings it compares with "
        "are not learned)?"
    ),
    "prompt.lenet5.modern-parameters": (
        "How many parameters has the modern LeNet-5, all five layers together?"
    ),
    "prompt.lenet5.c1-connections": (
        "C1 makes 6 maps of 28 x 28 of one picture, with kernels of 5 x 5 and a bias per map. Each use of a"
        " weight or a bias is a connection: how many are there?"
    ),
    "prompt.lenet5.at-28": (
        "A picture of 28 x 28 goes into the modern LeNet-5. How many numbers reach its first dense layer?"
    ),
    "prompt.lenet5.decode-error": (
        "The modern LeNet-5 stops: “{message}”. How many features did the layer before Linear(400, 120) "
        "hand over?"
    ),
    "prompt.lenet5.bug-576": (
        "Square pictures go into the modern LeNet-5, and it stops: “mat1 and mat2 shapes cannot be "
        "multiplied (8x576 and 400x120)”. What is the smallest height that the pictures can have?"
    ),
    "prompt.lenet5.kernel-three": (
        "In the modern LeNet-5 conv2 gets kernel_size=3, the rest stays, and 32 x 32 goes in. Which "
        "in_features has fc1?"
    ),
    "prompt.lenet5.colour-parameters": (
        "For colour pictures conv1 of the modern LeNet-5 becomes Conv2d(3, 6, kernel_size=5). How many "
        "parameters has the whole network?"
    ),
    "prompt.lenet5.view-batch": (
        "A batch of 25 pictures of 28 x 28 leaves S4 of the modern LeNet-5 as 25 times 256 numbers. How "
        "many rows does x.view(-1, 400) make?"
    ),
    "prompt.lenet5.field-s4": (
        "In LeNet-5, how many pixels high is the receptive field of one number in S4?"
    ),
    "prompt.lenet5.field-c5": (
        "In LeNet-5, how many pixels high is the receptive field of one number in C5?"
    ),
    "prompt.inception.conv1": (
        "Inception-v3's first layer is Conv2d(3, 32, kernel_size=3, stride=2), and the network reads (3, "
        "299, 299). Which shape leaves it?"
    ),
}
