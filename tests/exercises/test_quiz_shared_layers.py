"""Questions about a network in which one layer runs twice."""

from torch import nn

from cnnbook.learner.network_questions import questions_about as questions
from cnnbook.tracing import trace


class Twice(nn.Module):
    """One pool, called after each of two convolutions."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2, self.conv3 = nn.Conv2d(3, 6, 5), nn.Conv2d(6, 9, 5), nn.Conv2d(9, 9, 3)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        return self.conv3(self.pool(self.conv2(self.pool(self.conv1(x)))))


def test_no_question_names_a_layer_that_runs_twice_as_if_it_ran_once():
    """An edit of the pool would change both places, and "one output of pool" is two: neither is asked."""
    seen = trace(Twice(), (1, 3, 64, 64))
    pools = {row.index for row in seen if row.path == "pool"}
    asked = questions(seen)
    about = {one.kind for one in asked if one.row in pools}
    assert about == {"pool-output-size", "trace-table"}  # these show what goes in
    assert {"edited-network", "receptive-field"} <= {one.kind for one in asked}


def test_the_same_pools_as_functions_are_asked_about():
    """Each call of a function is a place of its own: they are not taken for one layer."""

    class Functions(Twice):
        def forward(self, x):
            x = nn.functional.max_pool2d(self.conv1(x), 2)
            return self.conv3(nn.functional.max_pool2d(self.conv2(x), 2))

    seen = trace(Functions(), (1, 3, 64, 64))
    pools = {row.index for row in seen if row.op == "max_pool2d"}
    assert "edited-network" in {one.kind for one in questions(seen) if one.row in pools}
