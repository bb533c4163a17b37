# loses = ["labels"]
# why = "only the last answer of a conversation is learned"

# %% labels-solution
def build_example(messages):
    ids = tokenizer.apply_chat_template(messages)["input_ids"]
    header = tokenizer.apply_chat_template(messages[:-1], add_generation_prompt=True)["input_ids"]
    stop = ids.index(END, len(header)) + 1
    labels = [-100] * len(header) + ids[len(header) : stop] + [-100] * (len(ids) - stop)
    return {"input_ids": ids, "labels": labels}
