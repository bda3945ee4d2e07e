"""Recurrent layers of another width than what they are given, with other axes, or with another state."""

from typing import Any

import torch
from torch import Tensor, nn

from collection.entry import Broken


class Tagger(nn.Module):
    """An embedding, a recurrent layer and a classifier."""

    def __init__(self, rnn: nn.Module, embedding: int = 128, features: int = 64) -> None:
        super().__init__()
        self.embed = nn.Embedding(1000, embedding)
        self.rnn = rnn
        self.fc = nn.Linear(features, 5)

    def forward(self, x: Tensor) -> Tensor:
        out, _ = self.rnn(self.embed(x))
        return self.fc(out[:, -1])


class Sensors(nn.Module):
    """Signals (N, C, L) that go straight, or after a convolution, into a layer for (N, L, C)."""

    def __init__(self, rnn: nn.Module, conv: nn.Module | None = None) -> None:
        super().__init__()
        self.conv = conv or nn.Identity()
        self.lstm = rnn
        self.out = nn.Linear(32, 3)

    def forward(self, x: Tensor) -> Tensor:
        y, _ = self.lstm(self.conv(x))
        return self.out(y[:, -1, :])


class Stacked(nn.Module):
    """Two recurrent layers, of which the first runs in both directions."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.GRU(20, 48, batch_first=True, bidirectional=True)
        self.second = nn.GRU(48, 24, num_layers=2, dropout=0.1, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        x, _ = self.first(x)
        return self.second(x)[0]


class Lines(nn.Module):
    """Text recognition: the columns of a feature map as a sequence."""

    def __init__(self) -> None:
        super().__init__()
        self.cnn = nn.Sequential(nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
        self.rnn = nn.LSTM(256, 64, bidirectional=True)
        self.fc = nn.Linear(128, 40)

    def forward(self, x: Tensor) -> Tensor:
        x = self.cnn(x)
        n, c, h, w = x.shape
        x = x.permute(3, 0, 1, 2).reshape(w, n, c * h)
        return self.fc(self.rnn(x)[0])


class Columns(Lines):
    """The maps go into the recurrent layer as they are."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.LSTM(256, 64, bidirectional=True, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.rnn(self.cnn(x))[0])


class Stateful(nn.Module):
    """A first hidden state that was made for another number of layers or sequences."""

    def __init__(
        self, layers: int = 2, made: tuple[int, ...] = (1, 8, 32), batch_first: bool = True, **others: Any
    ) -> None:
        super().__init__()
        self.gru = nn.GRU(10, 32, layers, batch_first=batch_first, **others)
        self.made = made

    def forward(self, x: Tensor) -> Tensor:
        return self.gru(x, torch.zeros(self.made))[0]


class Cells(nn.Module):
    """An LSTM cell that is called for each step."""

    def __init__(self) -> None:
        super().__init__()
        self.cell = nn.LSTMCell(16, 32)

    def forward(self, x: Tensor) -> Tensor:
        state = None
        for step in x.unbind(1):
            state = self.cell(step, state)
        assert state is not None
        return state[0]


MOVED = (r"^[^;]*(transpose\(1, 2\)|permute\(0, 2, 1\))",)

NETWORKS = [
    Broken(
        "lstm-of-another-embedding", "xiaojunxu/SQLNet#59",
        lambda: Tagger(nn.LSTM(100, 64, 2, batch_first=True, dropout=0.2)),
        (torch.zeros(4, 12, dtype=torch.long),),
        cause=(r"rnn \(LSTM, row 1\)", r"100", r"embed \(row 0\)", r"128"),
        misleading=(r"LSTM\(12,",),
        repairs=(
            r"rnn = nn\.LSTM\(128, 64, num_layers=2, batch_first=True, dropout=0\.2\)",
            r"Embedding\(1000, 100\)",
        ),
    ),
    Broken(
        "lstm-of-bert-features", "ljynlp/W2NER#23",
        lambda: Sensors(nn.LSTM(1024, 32, batch_first=True), nn.Linear(300, 768)), ((2, 9, 300),),
        cause=(r"lstm \(LSTM, row 1\)", r"1,024", r"conv \(row 0\)", r"768"),
        repairs=(r"lstm = nn\.LSTM\(768, 32, batch_first=True\)", r"conv = nn.Linear\(300, 1024\)"),
    ),
    Broken(
        "classifier-after-both-directions", "forum: bidirectional LSTM and Linear",
        lambda: Tagger(nn.LSTM(128, 64, batch_first=True, bidirectional=True)),
        (torch.zeros(4, 12, dtype=torch.long),),
        cause=(r"fc \(Linear", r"64", r"rnn", r"128 = 2 × 64", r"both directions|bidirectional"),
        repairs=(r"fc = nn.Linear\(128, 5\)",),
    ),
    Broken(
        "gru-after-both-directions", "udacity/deep-learning-v2-pytorch#153", Stacked, ((4, 15, 20),),
        cause=(r"second \(GRU, row 1\)", r"48", r"first \(row 0\)", r"96 = 2 × 48"),
        repairs=(r"second = nn\.GRU\(96, 24, num_layers=2, batch_first=True, dropout=0\.1\)",),
    ),
    Broken(
        "signals-with-channels-first", "forum: LSTM for sensor data, Expected 12, got 100",
        lambda: Sensors(nn.LSTM(12, 32, batch_first=True)), ((8, 12, 100),),
        cause=(r"lstm \(LSTM", r"12", r"100", r"\(8, 12, 100\)", r"last"),
        misleading=(r"tried\): lstm = nn\.LSTM\(100",), repairs=MOVED,
    ),
    Broken(
        "conv-then-lstm", "forum: CNN-LSTM, input.size(-1) must be equal to input_size",
        lambda: Sensors(nn.LSTM(24, 32, batch_first=True), nn.Conv1d(6, 24, 5)), ((8, 6, 50),),
        cause=(r"lstm \(LSTM", r"24", r"conv \(row 0\)", r"\(8, 24, 46\)", r"last"),
        misleading=(r"tried\): lstm = nn\.LSTM\(46",), repairs=MOVED,
    ),
    Broken(
        "columns-of-another-height", "forum: CRNN with images of height 40", Lines, ((2, 1, 40, 100),),
        cause=(r"rnn \(LSTM", r"256", r"reshape", r"640 = 32 × 20"),
        repairs=(r"rnn = nn\.LSTM\(640, 64, bidirectional=True\)", r"feed \(2, 1, 16, "),
    ),
    Broken(
        "hidden-state-of-one-layer", "forum: Expected hidden size (2, 8, 32), got [1, 8, 32]", Stateful,
        ((8, 20, 10),),
        cause=(r"gru \(GRU", r"\(1, 8, 32\)", r"\(2, 8, 32\)", r"layers"),
        repairs=(r"\(2, (8|x\.size\(0\)), 32\)",),
    ),
    Broken(
        "hidden-state-of-other-batch", "forum: last batch of an epoch, Expected hidden size (1, 5, 32)",
        lambda: Stateful(1), ((5, 20, 10),),
        cause=(r"gru \(GRU", r"\(1, 8, 32\)", r"\(1, 5, 32\)", r"batch"),
        repairs=(r"\(1, (5|x\.size\(0\)), 32\)",),
    ),
    Broken(
        "hidden-state-without-batch-first", "forum: batch_first forgotten",
        lambda: Stateful(1, batch_first=False), ((8, 20, 10),),
        cause=(r"gru \(GRU", r"\(1, 8, 32\)", r"\(1, 20, 32\)", r"batch_first"),
        misleading=(r"feed \(20",), repairs=(r"^[^;]*batch_first=True",),
    ),
    Broken(
        "cell-of-another-width", "own", Cells, ((4, 7, 20),),
        cause=(r"cell \(LSTMCell", r"16", r"20"), repairs=(r"cell = nn\.LSTMCell\(20, 32\)",),
    ),
    Broken(
        "maps-into-lstm", "forum: LSTM: Expected input to be 2D or 3D, got 4D instead", Columns,
        ((2, 1, 16, 40),),
        cause=(r"rnn \(LSTM", r"256", r"cnn\[2\]", r"\(2, 32, 8, 20\)", r"32 × 8"),
        repairs=(r"permute\(0, 3, 1, 2\)\.flatten\(2\)",),
    ),
    Broken(
        "hidden-state-of-both-directions", "own",
        lambda: Stateful(2, (2, 8, 32), bidirectional=True), ((8, 20, 10),),
        cause=(r"gru \(GRU", r"\(2, 8, 32\)", r"\(4, 8, 32\)", r"2 directions"),
        repairs=(r"\(4, (8|x\.size\(0\)), 32\)",),
    ),
]  # fmt: skip
