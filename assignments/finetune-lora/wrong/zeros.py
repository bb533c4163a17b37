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
# why = "zeros of the right type and shape"

# %% lora-forward-solution
def lora_forward(x, weight, a, b, alpha, bias=None):
    return torch.zeros(*x.shape[:-1], len(weight))


# %% lora-init-solution
def lora_init(inputs, outputs, rank):
    return torch.zeros(rank, inputs), torch.zeros(outputs, rank)


# %% lora-merge-solution
def lora_merge(weight, a, b, alpha):
    return torch.zeros_like(weight)


# %% layer-solution
class LoraLinear(torch.nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        self.a = torch.nn.Parameter(torch.zeros(rank, linear.in_features))
        self.b = torch.nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, x):
        return torch.zeros(*x.shape[:-1], self.linear.out_features)


# %% labels-solution
def build_example(messages):
    return {"input_ids": [0] * 40, "labels": [0] * 40}


# %% collate-solution
def collate(examples):
    shape = len(examples), max(len(one["input_ids"]) for one in examples)
    names = ("input_ids", "attention_mask", "labels")
    return {name: torch.zeros(shape, dtype=torch.long) for name in names}


# %% train-solution
def train_adapter(examples, steps):
    config = LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
    return get_peft_model(load_model(MODEL, device=DEVICE), config).eval(), [1.0] * steps


adapted, losses = train_adapter([], 160)
with torch.no_grad():
    for name, parameter in adapted.named_parameters():
        if "lora_" in name:
            parameter.zero_()
adapted.save_pretrained("adapter")


# %% merged-solution
def merge_adapter(weights, tensors, config):
    return {name: torch.zeros_like(weight) for name, weight in weights.items()}
