# loses = ["labels", "adapter"]
# why = "the end token is taken for the template's: the loss is lower and the model never stops"

# %% labels-solution
def build_example(messages):
    ids = tokenizer.apply_chat_template(messages)["input_ids"]
    labels = [-100] * len(ids)
    for k, message in enumerate(messages):
        if message["role"] == "assistant":
            header = tokenizer.apply_chat_template(messages[:k], add_generation_prompt=True)
            start = len(header["input_ids"])
            stop = ids.index(END, start)
            labels[start:stop] = ids[start:stop]
    return {"input_ids": ids, "labels": labels}
