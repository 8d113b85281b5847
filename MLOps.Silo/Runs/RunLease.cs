using System.Globalization;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Silo.Housekeeping;

namespace MLOps.Silo.Runs;

/// <summary>How long a run's client has been silent. A sign of life is any write that comes through the run's grain, and any change of the run
/// in the store, where another program may write too. What counts is that something changed, seen by this process's own clock: the client's clock may be wrong.
/// After a restart the client has its whole patience again, since it could not reach a platform that was down.</summary>
internal sealed class RunLease(IOptions<HousekeepingOptions> options, TimeProvider time)
{
    /// <summary>So many announced beats may be missed, however short the operator's patience is.</summary>
    private const int MissedBeats = 3;

    private long _writes;
    private long _writesSeen = -1;
    private int? _stateSeen;
    private long _lastSign;

    /// <summary>A write came through the grain. On the path of every metric, so it is one addition.</summary>
    public void OnWrite() => _writes++;

    /// <summary>Whether a write came through the grain since the last question, and so nothing else needs to be looked at.</summary>
    public bool HasWritten()
    {
        if (_writes == _writesSeen)
        {
            return false;
        }

        _writesSeen = _writes;
        _stateSeen = null;
        OnSign();
        return true;
    }

    /// <summary>The client lives, or could not be heard for a reason that is not its own.</summary>
    public void OnSign() => _lastSign = time.GetTimestamp();

    /// <returns>How long the client has been silent when that is too long; null: it is not.</returns>
    public TimeSpan? SilenceOf(Run run, TimeSpan interval)
    {
        var state = StateOf(run);
        var before = _stateSeen;
        _stateSeen = state;
        if (before is not null && before != state)
        {
            OnSign();
            return null;
        }

        var silence = time.GetElapsedTime(_lastSign);
        var patience = interval * MissedBeats;
        return silence >= (patience > options.Value.HeartbeatPatience ? patience : options.Value.HeartbeatPatience) ? silence : null;
    }

    /// <returns>The interval that a run has announced; null: none.</returns>
    public static TimeSpan? IntervalOf(IReadOnlyList<KeyValue> tags) =>
        ValueOf(tags, HeartbeatTags.Interval) is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : null;

    public static string? ValueOf(IReadOnlyList<KeyValue> tags, string key)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == key)
            {
                return tag.Value;
            }
        }

        return null;
    }

    private static int StateOf(Run run)
    {
        var state = default(HashCode);
        foreach (var metric in run.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal))
        {
            state.Add(metric);
        }

        foreach (var tag in run.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal))
        {
            state.Add(tag);
        }

        state.Add(run.Params.Count);
        state.Add(run.Inputs.Count);
        state.Add(run.ModelInputs.Count);
        state.Add(run.ModelOutputs.Count);
        state.Add(run.Info);
        return state.ToHashCode();
    }
}
