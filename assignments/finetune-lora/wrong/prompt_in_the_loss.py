# loses = ["labels", "adapter"]
# why = "every token is a label: the model learns to speak for the user"

# %% labels-solution
def build_example(messages):
    ids = tokenizer.apply_chat_template(messages)["input_ids"]
    return {"input_ids": ids, "labels": list(ids)}
