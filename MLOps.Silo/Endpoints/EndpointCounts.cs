using MLOps.Contracts.Endpoints;

namespace MLOps.Silo.Endpoints;

/// <summary>Adds up what gateways report.</summary>
internal static class EndpointCounts
{
    public static void Add(List<VariantCounts> all, VariantCounts counts)
    {
        var index = all.FindIndex(known => known.Variant == counts.Variant && known.LoadRevision == counts.LoadRevision);
        if (index < 0)
        {
            all.Add(counts);
            return;
        }

        all[index] = Plus(all[index], counts);
    }

    public static void Add(List<ShadowCounts> all, ShadowCounts counts)
    {
        var index = all.FindIndex(known => known.Variant == counts.Variant && known.LoadRevision == counts.LoadRevision);
        if (index < 0)
        {
            all.Add(counts);
            return;
        }

        var known = all[index];
        var outputs = known.Outputs.ToList();
        foreach (var output in counts.Outputs)
        {
            var at = outputs.FindIndex(other => other.Output == output.Output);
            if (at < 0)
            {
                outputs.Add(output);
            }
            else
            {
                outputs[at] = Plus(outputs[at], output);
            }
        }

        all[index] = known with
        {
            Compared = known.Compared + counts.Compared,
            Failed = known.Failed + counts.Failed,
            Dropped = known.Dropped + counts.Dropped,
            Latency = known.Latency.Plus(counts.Latency),
            Outputs = outputs.ToArray(),
        };
    }

    /// <summary>Of several variants, or of one in two reports.</summary>
    public static VariantCounts Plus(VariantCounts a, VariantCounts b) => a with
    {
        Requests = a.Requests + b.Requests,
        Errors = a.Errors + b.Errors,
        Refused = a.Refused + b.Refused,
        Misfits = a.Misfits + b.Misfits,
        Latency = a.Latency.Plus(b.Latency),
    };

    private static OutputDifference Plus(OutputDifference a, OutputDifference b)
    {
        var sum = Counts(a, b);

        // Pairs of unknown columns cannot be ranked with others; they come from an older gateway, or from the state that an older silo left.
        return b.Columns is null ? sum : a.Columns is null ? sum with { Live = b.Live, Shadow = b.Shadow, Columns = b.Columns } : sum with
        {
            Live = Newest(a.Live, b.Live),
            Shadow = Newest(a.Shadow, b.Shadow),
            Columns = Newest(a.Columns, b.Columns),
        };
    }

    private static OutputDifference Counts(OutputDifference a, OutputDifference b) => a with
    {
        Elements = a.Elements + b.Elements,
        Incomparable = a.Incomparable + b.Incomparable,
        NonFinite = a.NonFinite + b.NonFinite,
        AbsoluteSum = OutputDifference.Sum(a.AbsoluteSum, b.AbsoluteSum),
        AbsoluteMax = Math.Max(a.AbsoluteMax, b.AbsoluteMax),
        Absolute = a.Absolute.Plus(b.Absolute),
        RelativeSum = a.RelativeSum + b.RelativeSum,
        RelativeMax = Math.Max(a.RelativeMax, b.RelativeMax),
        Relative = a.Relative.Plus(b.Relative),
        SignFlips = a.SignFlips + b.SignFlips,
        Rows = a.Rows + b.Rows,
        ArgmaxDisagreements = a.ArgmaxDisagreements + b.ArgmaxDisagreements,
    };

    private static T[] Newest<T>(T[] old, T[] fresh) => [.. old.Concat(fresh).TakeLast(OutputDifference.SampleSize)];
}
