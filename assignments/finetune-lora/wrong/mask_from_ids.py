# loses = ["collate"]
# why = "whatever has the padding token's id counts as padding"

# %% collate-solution
def collate(examples):
    longest = max(len(one["input_ids"]) for one in examples)
    batch = {"input_ids": [], "labels": []}
    for one in examples:
        fill = longest - len(one["input_ids"])
        batch["input_ids"].append(one["input_ids"] + [tokenizer.pad_token_id] * fill)
        batch["labels"].append(one["labels"] + [-100] * fill)
    tensors = {name: torch.tensor(rows) for name, rows in batch.items()}
    tensors["attention_mask"] = (tensors["input_ids"] != tokenizer.pad_token_id).long()
    return tensors
