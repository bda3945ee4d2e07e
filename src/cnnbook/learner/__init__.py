"""What a learner does: answers, practises and is quizzed; the record of it, and the card to answer on."""
