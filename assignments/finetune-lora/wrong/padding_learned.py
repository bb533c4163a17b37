# loses = ["collate", "adapter"]
# why = "labels are filled up with the padding token, which the model learns to write"

# %% collate-solution
def collate(examples):
    longest = max(len(one["input_ids"]) for one in examples)
    batch = {"input_ids": [], "attention_mask": [], "labels": []}
    for one in examples:
        length = len(one["input_ids"])
        fill = longest - length
        batch["input_ids"].append(one["input_ids"] + [tokenizer.pad_token_id] * fill)
        batch["attention_mask"].append([1] * length + [0] * fill)
        batch["labels"].append(one["labels"] + [tokenizer.pad_token_id] * fill)
    return {name: torch.tensor(rows) for name, rows in batch.items()}
