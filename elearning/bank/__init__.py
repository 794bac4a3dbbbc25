"""What a question is and what an answer to it is worth. Nothing here knows of a database, a request or a learner."""
