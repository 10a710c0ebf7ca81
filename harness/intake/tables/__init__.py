"""Any table with a header, and the exports of LangSmith and Braintrust."""
