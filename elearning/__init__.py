"""Online courses: a course is a self-paced session of `training`, taking it a participation."""
