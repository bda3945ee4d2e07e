"""Words of single exercises of chapter 05: VGG16."""

MESSAGES: dict[str, str] = {
    "hint.stack.same-size": (
        "{answer} is the number of rows that go in. Without padding, how many rows does one 3x3 layer "
        "take away?"
    ),
    "hint.stack.no-plus-one": (
        "It seems each layer took 3 rows. Place a kernel of 3 on 8 rows: at how many places does it fit?"
    ),
    "hint.first-layer-only": (
        "{answer} rows leave the first layer. What does the next one, on these {answer}, leave?"
    ),
    "hint.one-layer-short": "{answer} rows leave the layer before the last. What does the last one leave?",
    "ask.stack": "Take one layer at a time. How many rows does the first leave of {n}?",
    "hint.field-as-kernel": (
        "{answer} is one large kernel, 7x7, in every one of its channels. How large is each kernel of "
        "the stack?"
    ),
    "hint.one-layer-counted": (
        "{answer} counts one layer more or one layer less. How many layers are there here?"
    ),
    "hint.vgg16.stack-weights.one-layer-counted": (
        "{answer} is right for one of the layers. How many are stacked?"
    ),
    "hint.vgg16.stack-weights.no-input-channels": (
        "{answer} is right for flat kernels. How many channels does each kernel read here?"
    ),
    "hint.biases-too": "{answer} counts biases, too. How many numbers are weights?",
    "ask.vgg16.stack-weights": (
        "Take one layer: how many weights has one of its kernels, over all channels? How many kernels "
        "are there?"
    ),
    "hint.stage-keeps-size": (
        "That is what the stage's last convolution leaves. Which layer comes after it, and what does it do?"
    ),
    "hint.stage.no-padding": (
        "It seems each convolution took 2 rows away. Which padding do VGG's convolutions have?"
    ),
    "hint.stage.channels-in": (
        "You kept the channels of the stage before. How many maps do this stage's convolutions make?"
    ),
    "hint.channels-always-double": (
        "You doubled the channels once more. Which number of channels does the table give for stage 5?"
    ),
    "ask.stage": (
        "{before} rows go into stage {number}. What do its padded convolutions make of them, and what "
        "its pool?"
    ),
    "ask.vgg16.flatten": "Which shape (C, H, W) leaves stage 5, and how many numbers is that?",
    "hint.vgg16.layers.counts-pools": "A pool learns nothing. How many of these layers have weights?",
    "hint.vgg16.layers.forgets-dense": "{answer} are the convolutions. Which other layers have weights?",
    "hint.numbers-as-bytes": "{answer} is how many numbers there are. How many bytes does one take?",
    "hint.one-map-only": "{answer} bytes hold one map. How many maps does conv1_1 make?",
    "hint.input-for-output": (
        "{answer} bytes hold the image that goes in. How many maps come out, and how large is each?"
    ),
    "hint.weights-for-activations": (
        "{answer} bytes hold the layer's parameters. How many numbers does the layer put out for one image?"
    ),
    "ask.vgg16.conv1-1-bytes": (
        "How many maps come out, how many numbers has each, and how many bytes has a number?"
    ),
    "hint.score-map.no-plus-one": (
        "That is the number of steps. The 7x7 kernel stands somewhere before its first step: how many "
        "places are there on each side?"
    ),
    "hint.score-map.same-size": (
        "That is the last map. A 7x7 kernel without padding slides over it: at how many places does it fit?"
    ),
    "hint.one-answer-only": (
        "A 7x7 kernel fits once into 7x7. How large is the last map of this image, and how often does "
        "it fit there?"
    ),
    "ask.score-map": (
        "Five pools halve each side. How large is the last map, and where does a 7x7 kernel fit into it?"
    ),
    "correct.vgg16.score-map": (
        "{answer}: a map of 8 x 10 has 8 - 7 + 1 and 10 - 7 + 1 places for a kernel of 7 x 7."
    ),
    "hint.vgg16.global-pool.forgets-dense": (
        "{answer} are the convolutions alone. Which layer still makes the 1000 scores?"
    ),
    "hint.vgg16.global-pool.no-bias": (
        "{answer} leaves out the biases of the new dense layer. How many are there?"
    ),
    "hint.vgg16.global-pool.global-pool-keeps-size": (
        "Your dense layer reads every place of the last map. What does a global pool leave of each map?"
    ),
    "hint.only-first-dense-goes": (
        "It seems two layers of the old head are still there. How many dense layers has the new one?"
    ),
    "ask.vgg16.global-pool": (
        "How many parameters have the convolutions? And how many a dense layer from 512 numbers to 1000?"
    ),
    "hint.vgg16.vgg19-parameters.change-ignored": (
        "{answer} is VGG16. Which layers does VGG19 have besides, and what does each cost?"
    ),
    "hint.stages-alike": (
        "It seems all three additional layers were counted with 512 channels. In which stage is each of them?"
    ),
    "hint.vgg16.vgg19-parameters.one-layer-counted": (
        "That adds one layer. How many convolutions has VGG19 more than VGG16?"
    ),
    "hint.vgg16.vgg19-parameters.no-bias": "The new layers' weights are right. Have they biases as well?",
    "ask.vgg16.vgg19-parameters": (
        "VGG19 has three convolutions more, one each in stages 3, 4 and 5. How many parameters has each?"
    ),
    "hint.vgg16.no-padding.change-ignored": (
        "{answer} is what the padded network leaves. How many rows does each unpadded convolution take away?"
    ),
    "hint.vgg16.no-padding.stops-before-last": "{answer} rows leave the last convolution. What follows it?",
    "hint.one-layer-a-stage": "It seems each stage had one convolution. How many has each stage of VGG16?",
    "ask.vgg16.no-padding": (
        "Two rows go in each convolution, and half in each pool. How many rows leave stage 1, and how "
        "many stage 2?"
    ),
    "hint.vgg-224-assumed": (
        "224 is what the layer expects, and it would have handed over 25,088. Go backwards: 32,768 "
        "numbers are 512 maps of which size?"
    ),
    "hint.stops-at-last-map": (
        "{answer} is the side of the last map. How often was the image halved before?"
    ),
    "hint.features-are-pixels": (
        "That takes the features as one square. How many maps share the 32,768 numbers?"
    ),
    "hint.one-pool-short": "You went back through four pools. How many does VGG16 have?",
    "ask.vgg16.bug-32768": "Go backwards: 32,768 numbers are 512 maps of which size? Then undo the pools.",
    "ask.vgg16.field-vgg11": (
        "Go layer by layer. How many pixels does one unit see, and how many pixels apart are two neighbours?"
    ),
    "ask.vgg16.field-conv2-1": (
        "What does a unit see after two convolutions, and what after the pool? How far apart are "
        "neighbours then?"
    ),
    "ask.vgg16.stack-for-eleven": "One layer sees 3. How many pixels more does each further layer see?",
    "hint.vgg16.stack-for-eleven.fields-added": (
        "It seems the kernel sizes were added. What one layer's neighbours see overlaps: how many "
        "pixels are new?"
    ),
    "incorrect.stage-design": "{answer} {gives}.",
    "correct.stage-design": "{answer} {gives}.",
    "gives.design": "sees {field} pixels, with {parameters} parameters and {macs} MACs",
    "gives.no-design": "is no design: each stage needs at least one convolution, and at most {most}",
    "hint.paper-design": (
        "VGG16 itself sees far enough, and costs too much. In which stage does one convolution add most"
        " to the field, and what does it cost there?"
    ),
    "hint.first-stage-cheapest": (
        "That is cheap in parameters. What does a convolution on 224 x 224 cost in MACs, and how many "
        "pixels does it add to the field?"
    ),
    "hint.depth-spread-evenly": (
        "A convolution adds two steps to the field. How many pixels is one step in stage 1, and how "
        "many in stage 5?"
    ),
    "ask.stage-design": (
        "Begin with one convolution in each stage. What does one more in stage s add to the field, and "
        "what does it cost?"
    ),
    "component.stage-1": "stage 1",
    "component.stage-2": "stage 2",
    "component.stage-3": "stage 3",
    "component.stage-4": "stage 4",
    "component.stage-5": "stage 5",
    "unreadable.wants-stages": (
        "Five numbers are wanted, one for each stage, like {example}; I read {count} in {answer}."
    ),
    "unreadable.fraction-stages": "{value} is not a whole number, and convolutions are counted.",
    "prompt.vgg16.two-small": (
        "Two convolutions of 3 x 3, stride 1, no padding, on a map of 8 x 8. How many rows leave the second?"
    ),
    "prompt.vgg16.three-small": (
        "Three convolutions of 3 x 3, stride 1, no padding, on a map of 8 x 8. How many rows leave the third?"
    ),
    "prompt.vgg16.stack-weights": (
        "Three convolutions of 3 x 3, each from 64 maps to 64. How many weights have they together, "
        "biases left out?"
    ),
    "prompt.vgg16.stage1": (
        "VGG16, 3 x 224 x 224 goes in. Which shape (C, H, W) leaves stage 1, its pool included?"
    ),
    "prompt.vgg16.stage2": (
        "VGG16, 3 x 224 x 224 goes in. Which shape (C, H, W) leaves stage 2, its pool included?"
    ),
    "prompt.vgg16.stage3": (
        "VGG16, 3 x 224 x 224 goes in. Which shape (C, H, W) leaves stage 3, its pool included?"
    ),
    "prompt.vgg16.stage4": (
        "VGG16, 3 x 224 x 224 goes in. Which shape (C, H, W) leaves stage 4, its pool included?"
    ),
    "prompt.vgg16.stage5": (
        "VGG16, 3 x 224 x 224 goes in. Which shape (C, H, W) leaves stage 5, its pool included?"
    ),
    "prompt.vgg16.flatten": "VGG16, 3 x 224 x 224 goes in. How many numbers reach the first dense layer?",
    "prompt.vgg16.layers": (
        "VGG16 has 2, 2, 3, 3 and 3 convolutions in its stages, five pools and three dense layers. Which "
        "number stands in the name of the VGG with 1, 1, 2, 2 and 2 convolutions, the rest alike?"
    ),
    "ask.vgg16.layers": (
        "Count VGG16's convolutions, pools and dense layers, each kind by itself. Which of them make 16?"
    ),
    "prompt.vgg16.conv1-1-bytes": (
        "conv1_1 of VGG16 makes 64 maps of a 224 x 224 image. How many bytes hold its output for one "
        "image, as float32?"
    ),
    "prompt.vgg16.score-map": (
        "VGG16 with its dense layers as convolutions reads an image of 256 x 320. Which shape (C, H, W)"
        " do the 1000 scores have?"
    ),
    "prompt.vgg16.global-pool": (
        "VGG16 with a global average pool and one Linear(512, 1000) in place of its three dense layers:"
        " how many parameters?"
    ),
    "prompt.vgg16.vgg19-parameters": (
        "VGG16 has 138,357,544 parameters. VGG19 has one convolution more in each of stages 3, 4 and 5."
        " How many parameters has it?"
    ),
    "prompt.vgg16.no-padding": (
        "Every padding=1 of VGG16 is forgotten, and 224 x 224 goes in. How high is the last map, after "
        "the fifth pool?"
    ),
    "prompt.vgg16.bug-32768": (
        "VGG16 without its adaptive pool says: mat1 and mat2 shapes cannot be multiplied (1x32768 and "
        "25088x4096). What is the smallest height of the square image?"
    ),
    "prompt.vgg16.stack-for-eleven": (
        "How many convolutions of 3 x 3, stride 1, see as far as one of 11 x 11?"
    ),
    "prompt.vgg16.design": (
        "Choose how many convolutions each of VGG's five stages has, so that a unit of the last map "
        "sees at least {sees} pixels, with fewer than {parameters_below} parameters and fewer than "
        "{macs_below} MACs in the convolutions, at 224 x 224."
    ),
}
