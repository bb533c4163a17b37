# loses = [
#   "lora-forward",
#   "lora-init",
#   "lora-merge",
#   "layer",
#   "labels",
#   "collate",
#   "adapter",
#   "merged",
# ]
# trivial = true
# why = "everything stays as it was: the frozen layer, an adapter before its training"

# %% lora-forward-solution
def lora_forward(x, weight, a, b, alpha, bias=None):
    return torch.nn.functional.linear(x, weight, bias)


# %% lora-init-solution
def lora_init(inputs, outputs, rank):
    return torch.ones(rank, inputs), torch.ones(outputs, rank)


# %% lora-merge-solution
def lora_merge(weight, a, b, alpha):
    return weight


# %% layer-solution
class LoraLinear(torch.nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        self.a = torch.nn.Parameter(torch.zeros(rank, linear.in_features))
        self.b = torch.nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, x):
        return self.linear(x)


# %% labels-solution
def build_example(messages):
    ids = tokenizer("\n".join(message["content"] for message in messages))["input_ids"]
    return {"input_ids": ids, "labels": ids}


# %% collate-solution
def collate(examples):
    return examples[0]


# %% train-solution
def train_adapter(examples, steps):
    config = LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
    return get_peft_model(load_model(MODEL, device=DEVICE), config).eval(), [1.0] * steps


adapted, losses = train_adapter([], 160)
adapted.save_pretrained("adapter")


# %% merged-solution
def merge_adapter(weights, tensors, config):
    return weights
