using MLOps.Client.Serving;

namespace MLOps.Dashboard.Endpoints;

/// <summary>What a person is about to deploy: one arm, or several that share the traffic by weight.</summary>
public sealed class DeploymentForm
{
    private readonly List<VariantForm> _variants = [new("default")];
    private ServingEndpoint? _taken;
    private CanaryChoice _choice;

    public string Endpoint { get; set; } = "";

    public CanaryChoice Choice
    {
        // Another name is another endpoint, which runs none.
        get => _choice == CanaryChoice.Keep && RunningCanary is null ? CanaryChoice.AtOnce : _choice;
        set => _choice = value;
    }

    public CanaryForm Canary { get; } = new();

    public LimitsForm Limits { get; } = new();

    /// <summary>Whether the test that runs is to go on.</summary>
    public bool KeepsTest { get; set; } = true;

    public IReadOnlyList<VariantForm> Variants => _variants;

    public bool IsReady => Endpoint.Trim().Length > 0 && _variants.All(variant => variant.ModelUri.Trim().Length > 0 && variant.Name.Trim().Length > 0);

    /// <summary>The variants that answer callers.</summary>
    public IEnumerable<string> LiveNames => _variants.Where(variant => !variant.IsShadow).Select(variant => variant.Name.Trim());

    /// <summary>Who the canary is for: as chosen, else the newest variant.</summary>
    public string Candidate
    {
        get => LiveNames.Contains(Canary.Variant) ? Canary.Variant : LiveNames.LastOrDefault("");
        set => Canary.Variant = value;
    }

    public CanaryProgress? RunningCanary => Running?.Canary is { Status: CanaryStatus.Running } canary ? canary : null;

    /// <summary>The test of the endpoint that is changed. One whose winner has got all traffic is over: it would be refused for want of variants.</summary>
    public AbTestRequest? RunningTest =>
        Running is { } running && running.Variants.Count(variant => variant.Role != VariantRole.Shadow && variant.Weight > 0) > 1 ? running.AbTest : null;

    /// <summary>One variant alone has all traffic in any case.</summary>
    public bool AsksForCanary => RunningCanary is not null || LiveNames.Count() > 1;

    public void AddVariant() => _variants.Add(new VariantForm($"variant-{_variants.Count + 1}"));

    public void RemoveVariant(VariantForm variant)
    {
        if (_variants.Count > 1)
        {
            _variants.Remove(variant);
        }
    }

    /// <summary>What the form shows, and of a running endpoint also what it does not: a change of the variants must not end what is captured.
    /// A canary that the form knows nothing of, because it began since, is not ended either: the deployment is refused.</summary>
    public DeploymentRequest ToRequest() => new()
    {
        Endpoint = Endpoint.Trim(),
        Variants = [.. _variants.Select(ToVariant)],
        Description = Running?.Description,
        Canary = Choice == CanaryChoice.Begin && AsksForCanary ? Canary.ToRequest(Candidate) : null,
        AbTest = KeepsTest ? RunningTest : null,
        Limits = Limits.ToLimits(),
        Capture = Running?.Capture,
        RunningCanary = RunningCanary is null ? Client.Serving.RunningCanary.Refuse
            : Choice == CanaryChoice.Keep ? Client.Serving.RunningCanary.Keep
            : Client.Serving.RunningCanary.End,
    };

    /// <summary>Fills the form with what runs, to change it.</summary>
    public void Take(ServingEndpoint endpoint)
    {
        Endpoint = endpoint.Name;
        _taken = endpoint;
        Choice = RunningCanary is null ? CanaryChoice.AtOnce : CanaryChoice.Keep;
        KeepsTest = true;
        Limits.Take(endpoint.Limits);
        _variants.Clear();
        _variants.AddRange(endpoint.Variants.Select(variant => new VariantForm(variant.Name)
        {
            ModelUri = variant.ModelUri,
            Weight = RunningCanary?.Weights.GetValueOrDefault(variant.Name, variant.Weight) ?? variant.Weight,
            Replicas = variant.Replicas,
            Threads = variant.Threads,
            IsShadow = variant.Role == VariantRole.Shadow,
            SampleRate = variant.SampleRate,
            MemoryBytes = variant.MemoryBytes,
        }));
        if (_variants.Count == 0)
        {
            _variants.Add(new VariantForm("default"));
        }
    }

    /// <summary>The endpoint that the form was filled with, unless its name has been changed since.</summary>
    private ServingEndpoint? Running => _taken?.Name == Endpoint.Trim() ? _taken : null;

    private static VariantRequest ToVariant(VariantForm variant) => variant.IsShadow
        ? new(variant.Name.Trim(), variant.ModelUri.Trim(), 0, variant.Replicas, variant.Threads, "shadow", variant.SampleRate, variant.MemoryBytes)
        : new(variant.Name.Trim(), variant.ModelUri.Trim(), variant.Weight, variant.Replicas, variant.Threads, null, null, variant.MemoryBytes);
}
