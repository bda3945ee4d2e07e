"""Spellings of answers, made by rules from the numbers: right ones, and wrong ones that are close to them."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from cnnbook.exercises.chapters import find, names
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.kinds.variants import draw
from cnnbook.exercises.questions import Question


class Spelling(NamedTuple):
    """An answer as somebody may give it, and the question it is given to."""

    name: str
    question: Question
    answer: object


class Numbers:
    """Several numbers that look like a tensor or an array: with a shape, and convertible to a list."""

    def __init__(self, *values: float) -> None:
        self.values = list(values)
        self.shape = (len(values),)

    def tolist(self) -> list[float]:
        return self.values

    def __iter__(self) -> Iterator[float]:
        return iter(self.values)


class Scalar:
    """One number that looks like a tensor without axes."""

    shape = ()

    def __init__(self, value: float) -> None:
        self.value = value

    def item(self) -> float:
        return self.value


class Map:
    """What looks like a whole feature map: it has a shape."""

    def __init__(self, *shape: int) -> None:
        self.shape = shape


def right() -> list[Spelling]:
    """Return spellings of right answers, to questions of all forms."""
    return list(_all(_RIGHT))


def wrong() -> list[Spelling]:
    """Return spellings of answers that are not right: near misses, hedges, wrong units and orders."""
    return list(_all(_WRONG)) + list(_hidden_slips())


def _all(rules: dict[str, Any]) -> Iterator[Spelling]:
    for form, spell in rules.items():
        for name, question in _questions(form):
            for answer in spell(question):
                yield Spelling(name, question, answer)


_ASKED = {
    "number": ("size.padded", "size.strided", "size.dilated", "lenet5.bug-576", "vgg16.field-vgg11",
               "alexnet.narrower", "choosing.bug-batch"),
    "count": ("lenet5.modern-parameters", "vgg16.fc6-parameters", "inception.conv-first-macs",
              "choosing.flops",
              "start.pixels", "pooling.unread"),
    "bytes": ("choosing.weights-bytes", "vgg16.conv1-1-bytes"),
    "shape": ("lenet5.c1", "size.shape", "resnet.block", "vgg16.score-map", "pooling.uneven"),
    "stages": ("vgg16.design",),
}  # fmt: skip
_DRAWN = {
    "size": (("conv-output-size", 0),),
    "range": (("input-sizes", 0), ("input-sizes", 1), ("input-sizes", 2)),
    "blanks": (("trace-table", 0), ("trace-table", 1)),
}


def _questions(form: str) -> Iterator[tuple[str, Question]]:
    if form == "size":
        yield "size.uneven", find("size.uneven")
        return
    for name in _ASKED.get(form, ()):
        yield name, find(name)
    for kind, attempt in _DRAWN.get(form, ()):
        yield f"{kind} {attempt}", draw(KINDS[kind], "spelled", attempt)


_WIDE = str.maketrans("0123456789x", "０１２３４５６７８９×")
_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_CHINESE = "零一二三四五六七八九"
_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def in_words(number: int) -> str:
    """Return a number below 1,000 in English."""
    if number < 20:
        return _WORDS[number]
    if number < 100:
        return _TENS[number // 10] + (f"-{_WORDS[number % 10]}" if number % 10 else "")
    rest = f" and {in_words(number % 100)}" if number % 100 else ""
    return f"{_WORDS[number // 100]} hundred{rest}"


def in_chinese(number: int) -> str:
    """Return a number below 1,000 in Chinese numerals."""
    if number < 20:
        return ("十" if number >= 10 else "") + (_CHINESE[number % 10] if number % 10 or number == 0 else "")
    if number < 100:
        return _CHINESE[number // 10] + "十" + (_CHINESE[number % 10] if number % 10 else "")
    rest = number % 100
    middle = "" if not rest else "零" if rest < 10 else ""
    tail = "" if not rest else ("一" if 10 <= rest < 20 else "") + in_chinese(rest)
    return _CHINESE[number // 100] + "百" + middle + tail


def _one(v: int) -> list[object]:
    """Return spellings of one whole number that hold for every form with one number."""
    return [
        v, str(v), f" {v} ", f"{v}.", f"{v}.0", float(v), Fraction(v), Decimal(v), Scalar(float(v)),
        Scalar(v),
        Numbers(v), (v,), [v], [str(v)], f"({v})", f"[{v}]", f"= {v}", f"{v} =", f"answer: {v}",
        f"The answer is {v}.",
        f"x = {v}", f"n={v}", f"ans = {v};", f"it's {v}", f"I get {v}", f"{v}!", f"{v}?", f"~{v}",
        f"≈ {v}", f"+{v}",
        f"**{v}**", f"`{v}`", f"${v}$", f"*{v}*", f"__{v}__", f"“{v}”", f"'{v}'", f"\\boxed{{{v}}}",
        f"\\mathbf{{{v}}}",
        f"tensor({v})", f"tensor({v}.)", f"torch.tensor({v}.)", f"np.int64({v})", f"np.float32({v}.0)",
        f"int({v})",
        f"tensor({v}, device='cuda:0')", f"array({v}, dtype=int64)", f"torch.tensor([{v}])",
        str(v).translate(_WIDE), str(v).translate(_ARABIC), f"\u202a{v}\u202c", f"{v}\ufeff",
        f"\u200b{v}", f"→ {v}",
        f"{v - 3} + 3", f"{v + 4}-4", f"2*{v} - {v}", f"{2 * v}/2", f"{2 * v + 1}//2", f"floor({v}.7)",
        f"math.floor({v}.2)",
        f"np.floor({v}.2)", f"torch.floor({v}.9)", f"⌊{2 * v + 1}/2⌋", f"int({v}.5)", f"max({v}, 1)",
        f"min({v}, {10 * v})",
        f"abs(-{v})", f"({v - 1})+1", f"ceil({v - 1}.2)", f"math.ceil({v - 1}.5)", f"round({v}.1)",
        f"\\lfloor\\frac{{{2 * v + 1}}}{{2}}\\rfloor",
        f"{v - 3} + 3 = {v}", f"({2 * v}+1)/2 = {v}.5 → {v}", f"{v}.5 ≈ {v}", f"{v - 1}+1={v}", f"{v},",
        f"{v} .",
        f"{v - 1} -> {v}", f"- {3 - v} + 3", f"#{v}", f"1 + {v - 1} (= {v})", f"{v} (I think)",
        f"approximately {v}",
    ]  # fmt: skip


def _number(question: Question) -> Iterator[object]:
    (v,) = question.key
    yield from _one(v)
    yield from (
        f"{v} rows", f"{v} px", f"{v} pixels", f"H = {v}", f"H_out = {v}", f"h: {v}", f"{v} rows out",
        f"{v} rows come out",
        f"height {v}", f"output size = {v}", f"output: {v}", f"so {v} in total", f"there are {v}",
        f"{v}行", f"{v}个",
        f"W_out: {v}", f"size: {v}", f"⌊({v}+3-3)/1⌋", f"floor(({v} + 2*3 - 7)/1) + 1",
        f"({v} + 2×3 - 7)/1 + 1 rows",
    )  # fmt: skip
    if v < 1000:
        yield from (in_words(v), in_words(v).capitalize(), f"{in_words(v)} rows", in_chinese(v))


def _groups(v: int) -> Iterator[str]:
    plain = f"{v:,}"
    yield from (plain.replace(",", sign) for sign in ",.'’_ \u00a0\u202f\u2009")
    if v >= 10**5:
        head, tail = divmod(v, 1000)
        pairs, text = [], str(head)
        while text:
            pairs.insert(0, text[-2:])
            text = text[:-2]
        yield f"{','.join(pairs)},{tail:03}"  # as it is written in India


def _rounded(question: Question) -> Iterator[tuple[str, str, int]]:
    """Yield a mantissa, its unit and its exponent, as far as no targeted slip lies within the rounding."""
    (v,) = question.key
    for exponent, unit in ((3, "k"), (6, "M"), (9, "G")):
        scale = 10**exponent
        for decimals in (1, 2, 3):
            mantissa = f"{v / scale:.{decimals}f}"
            digits = len(mantissa.replace(".", "").lstrip("0"))
            if not 1 <= v / scale < 1000 or digits < 3:
                continue
            half = scale // (2 * 10**decimals)
            middle = round(float(mantissa) * scale)
            near = [s for s in question.slips() if s.ids[0] in question.targets]
            if all(abs(slip.answer[0] - middle) > half for slip in near):
                yield mantissa, unit, exponent


def _unit(question: Question) -> str:
    prompt = question.prompt.rpartition("How many ")[2].casefold()
    return next(
        (u for u in ("parameters", "MACs", "FLOPs", "bytes") if u.casefold()[:4] in prompt), "numbers"
    )


_NAMES = {"k": "thousand", "M": "million", "G": "billion"}
_OTHER_SIGNS = {"k": "K", "M": "mio", "G": "bn"}
_SUPERSCRIPTS = str.maketrans("369", "³⁶⁹")


def _count(question: Question) -> Iterator[object]:
    (v,) = question.key
    unit = _unit(question)
    yield from _one(v)
    if v >= 1000:
        yield from _groups(v)
        yield from (f"{text} {unit}" for text in _groups(v))
        yield from (
            f"{v:,},",
            f"{v:,} .",
            f"about {v:,}",
            f"total: {v:,}",
            f"{v:,} in total",
            f"= {v:,}",
            f"${v:,}$",
        )
        yield from (f"**{v:,}**", f"{v:,}".replace(",", "{,}"), f"{v:,.1f}", f"N = {v:,}", f"{v:,} ({unit})")
        yield from (f"{v:,}".translate(_WIDE), f"{v:,}".replace(",", "，"), f"{v // 1000}*1000 + {v % 1000}")
    yield from (
        f"{v} {unit}",
        f"{v} {unit} in total",
        f"{unit}: {v}",
        f"{v} 个",
        f"It has {v} {unit}.",
        f"{v}{unit}",
    )
    for mantissa, sign, exponent in _rounded(question):
        yield from (
            f"{mantissa}{sign}", f"{mantissa} {sign}", f"{mantissa}e{exponent}",
            f"{mantissa}E+{exponent}", f"{mantissa}x10^{exponent}",
            f"{mantissa}×10{str(exponent).translate(_SUPERSCRIPTS)}",
            f"{mantissa} * 10**{exponent}",
            f"{mantissa}·10^{exponent}", f"{mantissa} {_NAMES[sign]}",
            f"~{mantissa}{sign}", f"about {mantissa} {sign}", f"${mantissa} \\times 10^{{{exponent}}}$",
            f"{mantissa}{_OTHER_SIGNS[sign]}", f"{v} ≈ {mantissa}{sign}",
            f"{mantissa}{sign} {unit}",
        )  # fmt: skip
        if unit in ("MACs", "FLOPs", "parameters"):
            yield f"{mantissa} {sign}{unit if unit != 'parameters' else 'params'}"
        if len(mantissa.partition(".")[2]) != 3:
            yield from (f"{mantissa.replace('.', ',')} {sign}", f"{mantissa.replace('.', ',')}e{exponent}")


def _bytes(question: Question) -> Iterator[object]:
    (v,) = question.key
    yield from (
        f"{v} bytes",
        f"{v} B",
        f"{v:,} bytes",
        f"{v:,} B",
        f"{v} byte",
        f"bytes: {v}",
        f"{v}B",
        f"{v} Bytes",
        f"{v} 字节",
    )
    yield from (
        f"{v // 4} * 4",
        f"4×{v // 4}",
        f"{v // 4} x 4 bytes",
        f"4 * {v // 4:,}",
        f"{v / 10**6:.1f} MB",
        f"{v / 10**6:.2f} MB",
    )
    yield from (
        f"{v / 2**20:.2f} MiB",
        f"{v / 2**20:.1f} MiB",
        f"{v / 2**10:.1f} KiB",
        f"{v / 1000:.0f} kB",
        f"{v / 10**6:.3f}e6",
    )
    yield from (f"about {v / 2**20:.2f} MiB", f"{v / 2**20:.3f}MiB", f"{v / 10**6:.1f} megabytes")


def _size(question: Question) -> Iterator[object]:
    h, w = question.key
    yield from _several(question.key)
    yield from (
        f"H_out={h}, W_out={w}", f"{h}h x {w}w", f"{h} high, {w} wide", f"{w} wide, {h} high",
        f"W={w}, H={h}", f"H: {h} W: {w}",
        f"height {h}, width {w}", f"height = {h}\nwidth = {w}", f"{h} rows, {w} columns",
        f"{w} columns and {h} rows", f"H={h} W={w}",
        f"width x height = {w} x {h}", f"(W, H): ({w}, {h})", f"{w}x{h} (WxH)", f"{h}x{w} (HxW)",
        f"H×W = {h}×{w}", f"HW: {h}, {w}",
        f"h_out = {h}; w_out = {w}", f"H'={h}, W'={w}", f"out_h={h}, out_w={w}", f"h={h - 1}+1, w={w}",
        f"{h}高 {w}宽", f"高{h}，宽{w}",
        f"{h}行{w}列", f"the size is {h} by {w}", f"({h} rows) x ({w} columns)",
        f"{h} pixels high and {w} pixels wide",
        f"H: ({2 * h})/2 = {h}, W: ({2 * w})/2 = {w}", f"output height {h}, output width {w}",
        f"{h}px x {w}px", Map(h, w),
        f"{in_words(h)} by {in_words(w)}", f"{h} x {w} = {h * w}",
    )  # fmt: skip


def _several(key: tuple[int, ...]) -> Iterator[object]:
    """Yield spellings of several numbers that stand in their order."""
    texts = [str(v) for v in key]
    for sign in (
        ", ",
        ",",
        " x ",
        "x",
        "×",
        " X ",
        "; ",
        " ",
        " by ",
        " × ",
        " | ",
        "\t",
        "\n",
        "、",
        "，",
        "*x*".replace("*", " "),
    ):
        yield sign.join(texts)
    comma = ", ".join(texts)
    cross = "x".join(texts)
    yield from (
        f"({comma})",
        f"[{comma}]",
        f"{{{comma}}}",
        f"torch.Size([{comma}])",
        f"shape: ({comma})",
        f"**{cross}**",
        f"`({comma})`",
        f"${cross}$",
    )
    yield from (
        f"$({comma})$",
        "$" + r" \times ".join(texts) + "$",
        f"answer: {cross}",
        f"= ({comma})",
        f"({comma}).",
        f"({comma},)",
        f"→ ({comma})",
    )
    yield from (
        f"array([{comma}])",
        f"np.array([{comma}])",
        f"tensor([{comma}])",
        f"tensor([{comma}], device='cuda:0')",
        f"I get {cross}",
        f"({cross})",
    )
    yield from (
        f"size ({comma})",
        cross.translate(_WIDE),
        comma.translate(_ARABIC),
        f"{cross}!",
        f"({', '.join(f'{t}.0' for t in texts)})",
        f"it is {cross}",
    )
    yield from (
        f"y.shape = ({comma})",
        f"the output is ({comma})",
        f"({', '.join(f'{v - 1}+1' for v in key)})",
        "x".join(f"**{t}**" for t in texts),
    )
    yield from (
        key,
        list(key),
        Numbers(*key),
        Numbers(*map(float, key)),
        tuple(map(float, key)),
        texts,
        tuple(map(Fraction, key)),
        tuple(map(Scalar, key)),
    )


def _shape(question: Question) -> Iterator[object]:
    c, h, w = question.key
    yield from _several(question.key)
    yield from (
        f"{c}@{h}x{w}", f"{c}@{h}*{w}", f"{c} @ {h}×{w}", f"{h}x{w}@{c}", f"{c}x{h}x{w} ({c * h * w})",
        f"({c}, ({h}, {w}))", (c, (h, w)), [c, [h, w]],
        f"C_out={c}, H_out={h}, W_out={w}", f"C={c}, H={h}, W={w}", f"c={c} h={h} w={w}",
        f"{c} channels of {h}x{w}", f"{c} maps, {h} x {w}",
        f"{h}x{w}, {c} channels", f"{c} channels, height {h}, width {w}",
        f"channels {c}, {h} high, {w} wide", f"H x W x C = {h} x {w} x {c}",
        f"{h}x{w}x{c} (HxWxC)", f"HWC: {h}, {w}, {c}", f"(C, H, W) = ({c}, {h}, {w})", f"CHW {c} {h} {w}",
        f"NCHW: (1, {c}, {h}, {w})",
        (1, c, h, w), f"(1, {c}, {h}, {w})", f"1x{c}x{h}x{w}", f"(N, {c}, {h}, {w})",
        f"(None, {c}, {h}, {w})", f"torch.Size([1, {c}, {h}, {w}])",
        f"({c}, {h}, {w}), that is channels, height, width", f"{c}/{h}/{w}",
        f"{c} maps of {h} by {w} pixels", f"{c}通道 {h}x{w}", f"{c} feature maps of size {h} x {w}",
        f"out_channels={c}, out_h={h}, out_w={w}", f"w={w}, h={h}, c={c}", f"{c}x{h}x{w} = {c * h * w}",
        Map(1, c, h, w), Map(c, h, w), Map(4, c, h, w),
        f"H={h}, W={w}, C={c}", f"width {w}, height {h}, channels {c}", f"({h}x{w}) x {c} channels",
        f"{c}×({h}×{w})", f"conv1: {c}@{h}x{w}", f"{c} kernels, {h}x{w} each",
        f"channels: {c}\nheight: {h}\nwidth: {w}", f"| {c} | {h} | {w} |", f"batch x {c} x {h} x {w}",
        f"({c},{h},{w}) (channels first)",
    )  # fmt: skip
    if h == w:
        yield from (f"{c} x {h}^2", f"{c}@{h}²", f"{c}@{h}", f"H=W={h}, C={c}", f"{c} channels, {h}²")


def _range(question: Question) -> Iterator[object]:
    a, b = question.key
    yield from (
        f"{a} to {b}", f"{a}-{b}", f"{a}–{b}", f"{a} - {b}", f"from {a} to {b}", f"between {a} and {b}",
        f"smallest {a}, largest {b}", f"largest {b}, smallest {a}",
        f"{a} <= n <= {b}", f"{a} ≤ n ≤ {b}", f"{a - 1} < n < {b + 1}", f"n >= {a} and n <= {b}",
        f"[{a}, {b}]", f"{a}..{b}", f"{a}...{b}", f"{a}…{b}",
        f"min {a}, max {b}", f"min = {a}, max = {b}", f"minimum: {a}\nmaximum: {b}",
        f"at least {a}, at most {b}", f"{a} through {b}", f"{a} up to {b}",
        f"({a}, {b})", f"{a}, {b}", f"{a} and {b}", f"{a} {b}", (a, b), [a, b], range(a, b + 1),
        f"range({a}, {b + 1})", ", ".join(map(str, range(a, b + 1))),
        f"{{{', '.join(map(str, range(a, b + 1)))}}}", f"{a} → {b}", f"{a} to {b} rows",
        f"smallest = {a}, largest = {b}", f"{a} (smallest) and {b} (largest)",
        f"smallest: {a}; largest: {b}", f"max={b}, min={a}", f"{a} ≤ H ≤ {b}", f"{b} ≥ n ≥ {a}",
        f"the smallest is {a} and the largest is {b}", f"{a}到{b}",
        f"{a} ~ {b}", f"**{a} to {b}**", f"{a} to {b} inclusive", f"from {a} up to {b}", f"$[{a}, {b}]$",
        f"{a}\\le n\\le {b}", Numbers(a, b), [str(a), str(b)],
    )  # fmt: skip


def _blanks(question: Question) -> Iterator[object]:
    key = question.key
    pairs = list(zip(question.form.components, key, strict=True))
    yield from _several(key)
    yield from (
        sign.join(f"{name}{between}{v}" for name, v in pairs)
        for sign in (", ", "; ", " ", "\n", " and ", " | ")
        for between in (" ", "=", " = ", ": ", ":", " is ", " -> ")
    )
    yield from (
        ", ".join(f"{name} {v}" for name, v in reversed(pairs)),
        "\n".join(f"{name}) {v}" for name, v in pairs),
    )
    yield from (
        ", ".join(f"{name}={v:,}" for name, v in pairs),
        "; ".join(f"{v:,}" for v in key),
        "/".join(map(str, key)),
    )
    yield from (
        [f"{v:,}" for v in key],
        [f"{name}={v}" for name, v in pairs],
        f"{', '.join(question.form.components)} = {', '.join(map(str, key))}",
    )


def _stages(question: Question) -> Iterator[object]:
    key = question.key
    yield from _several(key)
    yield from (
        "-".join(map(str, key)),
        "/".join(map(str, key)),
        ", ".join(f"stage {n}: {v}" for n, v in enumerate(key, 1)),
    )
    yield from (
        ", ".join(f"stage {n} {v}" for n, v in enumerate(key, 1)),
        "\n".join(f"stage {n} = {v}" for n, v in enumerate(key, 1)),
    )


_RIGHT = {
    "number": _number,
    "count": _count,
    "bytes": _bytes,
    "size": _size,
    "shape": _shape,
    "range": _range,
    "blanks": _blanks,
    "stages": _stages,
}


def _wrong_number(question: Question) -> Iterator[object]:
    (v,) = question.key
    yield from (
        v + 1,
        f"{v - 1}",
        f"{v}.5",
        f"{v} or {v + 1}",
        f"{v + 1} or {v}",
        f"either {v} or {v - 2}",
        f"{v}/{v + 1}",
        f"not {v}",
        f"between {v} and {v + 2}",
    )
    yield from (
        f"{v} x {v}",
        f"{v}x{v}",
        (v, v),
        f"({v}, {v})",
        f"{v} and {v + 1}",
        f"{v}-{v + 1}",
        f"{v} to {v + 2}",
        f"less than {v}",
        f"at least {v}",
        f">= {v}",
        f"< {v}",
        f"-{v}",
    )
    yield from (
        f"{v}k",
        f"{v} million",
        f"{v} bytes",
        f"{v} MACs",
        f"{v}%",
        f"{v}^2",
        f"{v}²",
        f"{v}e1",
        f"{v}0",
        f"1/{v}",
        f"{v} FLOPs",
        f"±{v}",
        f"{v} vs {v + 1}",
        f"{v} maybe {v + 1}",
    )
    if (root := round(v**0.5)) ** 2 == v and root > 1:
        yield from (f"{root}x{root}", f"{root} × {root}", (root, root), f"{root} by {root}", [root, root])
    for divisor in (2, 3):
        if v % divisor == 0 and v > divisor:
            yield from (f"{divisor} x {v // divisor}", f"{divisor}×{v // divisor}", (divisor, v // divisor))


def _wrong_count(question: Question) -> Iterator[object]:
    (v,) = question.key
    other = {"parameters": "bytes", "MACs": "FLOPs", "FLOPs": "MACs"}.get(_unit(question), "MACs")
    yield from (
        v + 1,
        f"{v - 1:,}",
        f"{v} {other}",
        f"{v:,} {other}",
        f"{v} or {v + 1}",
        f"either {v} or {2 * v}",
        f"{v}k",
        f"{v} million",
        f"not {v}",
        f"less than {v}",
        f"{v}.5",
    )
    yield from (
        f"{v}e1",
        f"{v * 10}",
        f"{v // 10}",
        f">{v}",
        f"at most {v}",
        f"-{v}",
        f"{v} MB",
        f"1/{v}",
        f"{v:,} - {v + 2:,}",
        f"{v} vs {v + 1}",
        f"{v}%",
        v / 2 + 0.25,
        (v, v),
    )
    yield from (
        f"{v} MiB",
        f"{v / 1000 * 1.02:.1f}k",
        f"{v / 10**6:.0e}",
        f"{v / 1000 * 0.98:.2f}k",
        f"between {v - 1} and {v + 1}",
        f"{v} to {v + 1}",
    )


def _wrong_size(question: Question) -> Iterator[object]:
    h, w = question.key
    yield from (
        (w, h),
        f"{w}x{h}",
        f"H={w}, W={h}",
        f"{h * w}",
        f"{h}*{w}",
        f"{h} or {w}",
        f"between {h} and {w}",
        f"{h}x{w + 1}",
        (h, w, 1),
        f"W={h}, H={w}",
        f"{h} wide, {w} high",
    )
    yield from (
        f"{h}x{w} or {w}x{h}",
        f"{h} to {w}",
        f"{h} - {w}",
        f"{h}",
        f"({h}, {h})",
        f"WxH = {h}x{w}",
        f"{h} rows, {w} rows",
        f"not {h}x{w}",
        f"{h}.5x{w}",
        f"from {h} to {w}",
    )


def _wrong_shape(question: Question) -> Iterator[object]:
    c, h, w = question.key
    yield from (
        f"{c}*{h}*{w}",
        f"{c * h * w}",
        (h, w, c),
        f"{h}x{w}x{c}",
        f"{h}@{c}x{w}",
        f"{c}x{h}",
        f"{h}x{w}",
        (h, c, h, w),
        f"({h}, {c}, {h}, {w})",
        f"{c}x{h}x{w} or {c}x{w}x{h}",
    )
    yield from (
        f"{c}@{h + 1}x{w}",
        f"{c + 1}x{h}x{w}",
        f"HWC = {c}x{h}x{w}",
        f"H={c}, W={h}, C={w}",
        f"{c} or {c + 1}, {h}, {w}",
        f"not {c}x{h}x{w}",
        f"{c}x{h}.5x{w}",
        f"{c},{h}",
        f"{c}-{h}-{w - 1}",
    )
    yield from (
        (2, 3, c, h, w),
        f"{h} channels of {c}x{w}",
        f"{c}x{h * w}",
        f"{c}, {h * w}",
        f"{c} x {h} x {w} x {w}",
        f"{c}x{h}x{w} vs {h}x{w}x{c}",
    )


def _wrong_range(question: Question) -> Iterator[object]:
    a, b = question.key
    yield from (
        f"{b} to {a}",
        (b, a),
        f"{a} or {b}",
        f"{a} to {b + 1}",
        f"{a - 1}-{b}",
        f"{a} < n < {b}",
        f"{a} <= n < {b}",
        f"{a}",
        f"{b - a}",
        f"smallest {b}, largest {a}",
        f"range({a}, {b})",
    )
    yield from (
        f"n >= {a}",
        f"not {a} to {b}",
        f"at least {b}, at most {a}",
        f"{a} < n <= {b}",
        f"max {a}, min {b}",
        f"{b} ≤ n ≤ {a}",
        f"either {a} or {b}",
    )


def _wrong_cells(question: Question) -> Iterator[object]:
    key, names = question.key, question.form.components
    yield from (
        key[::-1],
        key[:-1],
        (*key, 1),
        (*key[:-1], key[-1] + 7),
        ", ".join(map(str, key[:-1])),
        "*".join(map(str, key)),
        " or ".join(map(str, key)),
    )
    yield from (
        ", ".join(f"{n}={v}" for n, v in zip(names, key[::-1], strict=True)),
        ", ".join(f"{names[0]}={v}" for v in key),
        f"not {', '.join(map(str, key))}",
    )


_WRONG = {
    "number": _wrong_number,
    "count": _wrong_count,
    "bytes": _wrong_count,
    "size": _wrong_size,
    "shape": _wrong_shape,
    "range": _wrong_range,
    "blanks": _wrong_cells,
}


def _hidden_slips() -> Iterator[Spelling]:
    """Yield rounded counts that a targeted misconception would round to as well."""
    for name in names():
        question = find(name)
        if question.form.name != "count":
            continue
        (v,) = question.key
        targeted = [slip.answer[0] for slip in question.slips() if slip.ids[0] in question.targets]
        for scale, unit in ((10**3, "k"), (10**6, "M"), (10**9, "G")):
            for decimals in (0, 1, 2) if v >= scale else ():
                mantissa = f"{v / scale:.{decimals}f}"
                middle, half = round(float(mantissa) * scale), scale // (2 * 10**decimals)
                if any(abs(slip - middle) <= half for slip in targeted):
                    yield Spelling(name, question, f"{mantissa}{unit}")
                    yield Spelling(name, question, f"{mantissa}e{len(str(scale)) - 1}")
