using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;

namespace MLOps.Silo.Endpoints;

internal sealed partial class EndpointGrain
{
    private EndpointEvent Line(EndpointEventKind kind, string? variant, string message, string by, long? revision = null) =>
        new(Guid.NewGuid().ToString("N"), Now, kind, variant, message, by, revision ?? _state.State.LastRevision);

    /// <summary>Takes the lines that were stored with the state to the history. Not there in time is there later: they stay until they are.</summary>
    private async Task WriteHistoryAsync()
    {
        var lines = _state.State.Unwritten;
        if (lines.Count == 0)
        {
            return;
        }

        try
        {
            await _store.AppendEventsAsync(Name, lines);

            // In memory alone: after a crash they are written again, and each line is kept once.
            _state.State.Unwritten = [];
        }
        catch (MLOpsException exception)
        {
            LogHistoryNotWritten(_logger, exception, Name, lines.Count);
        }
    }
}
