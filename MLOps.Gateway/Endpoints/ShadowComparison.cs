using MLOps.Contracts.Endpoints;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Endpoints;

/// <summary>How one shadow's answers differ from the callers', since the last report. Locked, because the pump adds while the reporter takes.</summary>
internal sealed class ShadowComparison(string variant, long loadRevision)
{
    private readonly Lock _lock = new();
    private readonly LatencyHistogram _latency = new();
    private Dictionary<string, OutputComparison> _outputs = new(StringComparer.Ordinal);
    private long[]? _latencyTaken;
    private long _compared;
    private long _failed;
    private long _dropped;
    private bool _failedBefore;

    public void Add(IReadOnlyList<Tensor> live, IReadOnlyList<Tensor> shadow, TimeSpan duration)
    {
        lock (_lock)
        {
            _compared++;
            _latency.Record(duration);
            foreach (var output in live)
            {
                if (!_outputs.TryGetValue(output.Name, out var comparison))
                {
                    _outputs[output.Name] = comparison = new OutputComparison(output.Name);
                }

                comparison.Add(output, shadow.FirstOrDefault(other => other.Name == output.Name));
            }
        }
    }

    /// <returns>Whether it is the first failure of this shadow.</returns>
    public bool Failed()
    {
        lock (_lock)
        {
            _failed++;
            var isFirst = !_failedBefore;
            _failedBefore = true;
            return isFirst;
        }
    }

    public void Dropped()
    {
        lock (_lock)
        {
            _dropped++;
        }
    }

    /// <returns>What came since the last take; null: nothing.</returns>
    public ShadowCounts? Take()
    {
        lock (_lock)
        {
            if (_compared + _failed + _dropped == 0)
            {
                return null;
            }

            var taken = new ShadowCounts(
                variant,
                loadRevision,
                _compared,
                _failed,
                _dropped,
                _latency.Since(_latencyTaken, out _latencyTaken),
                _outputs.Values.Select(output => output.ToDifference()).ToArray());
            _outputs = new Dictionary<string, OutputComparison>(StringComparer.Ordinal);
            _compared = _failed = _dropped = 0;
            return taken;
        }
    }
}
