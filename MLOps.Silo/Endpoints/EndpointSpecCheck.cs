using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;

namespace MLOps.Silo.Endpoints;

/// <summary>Whether a spec makes sense by itself.</summary>
internal static class EndpointSpecCheck
{
    private const int MaxVariants = 32;
    private const int MaxReplicas = 64;
    private const int MaxThreads = 256;
    private const int MaxSteps = 100;
    private const int MaxCaptureBytes = 16 << 20;

    /// <exception cref="MLOpsException">InvalidArgument: names the field, what was given and what was expected.</exception>
    public static void Check(EndpointSpec spec)
    {
        if (spec.Variants is not { Count: >= 1 and <= MaxVariants })
        {
            throw Invalid($"variants has {spec.Variants?.Count ?? 0} elements: expected 1 to {MaxVariants}.");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var variant in spec.Variants)
        {
            EndpointName.Check(variant.Name, "variant name");
            if (!names.Add(variant.Name))
            {
                throw Invalid($"variant '{variant.Name}' is given twice: names must be unique in an endpoint.");
            }

            if (!double.IsFinite(variant.Weight) || variant.Weight < 0)
            {
                throw Invalid($"weight of variant '{variant.Name}' is {variant.Weight}: expected a number of 0 or more.");
            }

            Range(variant.Name, "replicas", variant.Replicas, MaxReplicas);
            Range(variant.Name, "threads", variant.Threads, MaxThreads);
            Rate($"sample_rate of variant '{variant.Name}'", variant.SampleRate);
            if (variant.MemoryBytes < 0)
            {
                throw Invalid($"memory_bytes of variant '{variant.Name}' is {variant.MemoryBytes}: expected bytes, or 0 for no limit.");
            }

            if (variant.Role == VariantRole.Shadow && variant.Weight != 0)
            {
                throw Invalid($"variant '{variant.Name}' is a shadow with weight {variant.Weight}: a shadow answers nobody, give it weight 0 and a sample_rate.");
            }

            ModelUri.Parse(variant.ModelUri);
        }

        var sum = spec.Variants.Sum(variant => variant.Weight);
        if (sum <= 0 || !double.IsFinite(sum))
        {
            throw Invalid($"the weights sum to {sum}: at least one must be more than 0, and their sum finite.");
        }

        Canary(spec);
        AbTest(spec);
        Limits(spec.Limits);
        Capture(spec.Capture);
    }

    private static void Canary(EndpointSpec spec)
    {
        if (spec.Canary is not { } canary)
        {
            return;
        }

        if (spec.AbTest is not null)
        {
            throw Invalid("canary and ab_test are both given: a canary changes the shares that a test needs to stay, so run one after the other.");
        }

        Live(spec, canary.Variant, "canary.variant");
        if (!spec.Variants.Any(variant => variant.Role == VariantRole.Live && variant.Name != canary.Variant && variant.Weight > 0))
        {
            throw Invalid($"canary.variant '{canary.Variant}' is the only live variant with a weight: another one must have the rest of the traffic.");
        }

        StepsAndRules(canary.Steps, canary.Rules);
    }

    /// <summary>What is right or wrong of a canary whatever endpoint it is for.</summary>
    /// <exception cref="MLOpsException">InvalidArgument: names the field.</exception>
    public static void StepsAndRules(IReadOnlyList<CanaryStep>? steps, CanaryRules rules)
    {
        if (steps is not { Count: >= 1 and <= MaxSteps })
        {
            throw Invalid($"canary.steps has {steps?.Count ?? 0} elements: expected 1 to {MaxSteps}.");
        }

        for (var i = 0; i < steps.Count; i++)
        {
            var step = steps[i];
            if (!(step.Share > 0 && step.Share <= 1))
            {
                throw Invalid($"canary.steps[{i}].weight is {step.Share}: expected a share of the traffic above 0 and at most 1.");
            }

            if (step.DurationMs < 0 || step.MinRequests < 0 || (step.DurationMs == 0 && step.MinRequests == 0))
            {
                throw Invalid($"canary.steps[{i}] lasts {step.DurationMs} ms and {step.MinRequests} requests: at least one must be above 0, and none below.");
            }
        }

        Rules(rules);
        if (rules.Metric is not null && steps.All(step => step.Share == 1))
        {
            throw Invalid("canary.metric is given and every step gives the candidate all traffic: at least one must have a weight below 1, so that there are outcomes of other variants to compare with.");
        }
    }

    private static void Rules(CanaryRules rules)
    {
        if (rules.MaxErrorRate is { } rate)
        {
            Rate("canary.max_error_rate", rate);
        }

        foreach (var (field, value) in new[] { ("canary.max_p99_ms", rules.MaxP99Ms), ("canary.max_p99_ratio", rules.MaxP99Ratio) })
        {
            if (value is { } number && !(number > 0 && double.IsFinite(number)))
            {
                throw Invalid($"{field} is {number}: expected a number above 0.");
            }
        }

        if (rules.MinSamples < 1)
        {
            throw Invalid($"canary.min_samples is {rules.MinSamples}: expected 1 or more.");
        }

        if (rules.Metric is { } metric)
        {
            MetricName(metric.Name, "canary.metric.name");
            Alpha(metric.Alpha, "canary.metric.alpha");
            if (!(metric.Tolerance >= 0 && double.IsFinite(metric.Tolerance)))
            {
                throw Invalid($"canary.metric.tolerance is {metric.Tolerance}: expected 0 or more, in the metric's unit.");
            }
        }
    }

    private static void AbTest(EndpointSpec spec)
    {
        if (spec.AbTest is not { } test)
        {
            return;
        }

        MetricName(test.Metric, "ab_test.metric");
        Live(spec, test.Control, "ab_test.control");
        Alpha(test.Alpha, "ab_test.alpha");
        var arms = spec.Variants.Where(variant => variant is { Role: VariantRole.Live, Weight: > 0 }).ToArray();
        if (arms.Length < 2 || arms.All(arm => arm.Name != test.Control))
        {
            throw Invalid("ab_test needs at least two live variants with a weight above 0, the control among them.");
        }

        if (test.MinPerVariant < 2)
        {
            throw Invalid($"ab_test.min_per_variant is {test.MinPerVariant}: expected 2 or more (100 or more is wise).");
        }

        if (!(test.EffectSize > 0 && double.IsFinite(test.EffectSize)))
        {
            throw Invalid($"ab_test.effect_size is {test.EffectSize}: expected standard deviations of the metric, above 0.");
        }
    }

    private static void Limits(EndpointLimits? limits)
    {
        if (limits is null)
        {
            return;
        }

        foreach (var (field, value) in new (string, double)[]
        {
            ("max_concurrency", limits.MaxConcurrency), ("max_queue", limits.MaxQueue), ("rate_per_second", limits.RatePerSecond), ("burst", limits.Burst), ("timeout_ms", limits.TimeoutMs),
        })
        {
            if (!(value >= 0 && double.IsFinite(value)))
            {
                throw Invalid($"limits.{field} is {value}: expected 0 (no limit) or more.");
            }
        }

        if (limits.MaxQueue > 0 && limits.MaxConcurrency == 0)
        {
            throw Invalid("limits.max_queue is given without max_concurrency: nothing would ever wait.");
        }
    }

    private static void Capture(CaptureSpec? capture)
    {
        if (capture is null)
        {
            return;
        }

        Rate("capture.sample_rate", capture.SampleRate);
        if (capture.MaxBytes is < 0 or > MaxCaptureBytes)
        {
            throw Invalid($"capture.max_bytes is {capture.MaxBytes}: expected 0 to {MaxCaptureBytes}.");
        }

        if (capture.Keep < 1 || capture.RetentionMs < 1)
        {
            throw Invalid($"capture keeps {capture.Keep} requests for {capture.RetentionMs} ms: expected 1 or more of both.");
        }
    }

    private static void Live(EndpointSpec spec, string name, string field)
    {
        if (!spec.Variants.Any(variant => variant.Name == name && variant.Role == VariantRole.Live))
        {
            throw Invalid($"{field} is '{name}', which is no live variant of this endpoint.");
        }
    }

    private static void MetricName(string name, string field)
    {
        if (name is not { Length: > 0 and <= 250 } || name.Any(char.IsControl))
        {
            throw Invalid($"{field} is not a metric's name: expected 1 to 250 characters without control characters.");
        }
    }

    private static void Alpha(double alpha, string field)
    {
        if (!(alpha > 0 && alpha < 1))
        {
            throw Invalid($"{field} is {alpha}: expected above 0 and below 1.");
        }
    }

    private static void Rate(string what, double rate)
    {
        if (!(rate >= 0 && rate <= 1))
        {
            throw Invalid($"{what} is {rate}: expected 0 to 1.");
        }
    }

    private static void Range(string variant, string field, int value, int maximum)
    {
        if (value < 1 || value > maximum)
        {
            throw Invalid($"{field} of variant '{variant}' is {value}: expected 1 to {maximum}.");
        }
    }

    private static MLOpsException Invalid(string message) => new(ProblemCode.InvalidArgument, message);
}
