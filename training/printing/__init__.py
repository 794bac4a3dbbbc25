"""Pages of HTML on paper, whoever prints them: a report, a sign-in sheet, the register of a day."""
