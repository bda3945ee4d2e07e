"""What a learner does: check answers, practise, take quizzes; the record of it, and the card to answer on."""
