using MLOps.Contracts.Monitoring;

namespace MLOps.Gateway.Monitoring;

/// <summary>One stream of an endpoint's observations on the wire: live traffic (<c>replay</c> is null) or a replay. Times are Unix ms.</summary>
internal sealed record DriftResponse(
    string Endpoint,
    string? Replay,
    long Late,
    IReadOnlyList<DriftReportResponse> Reports,
    IReadOnlyList<ReplayResponse> Replays)
{
    public static DriftResponse Of(string endpoint, DriftState state) => new(
        endpoint,
        state.Replay,
        state.Late,
        [.. state.Reports.Select(DriftReportResponse.Of)],
        [.. state.Replays.Select(replay => new ReplayResponse(replay.Id, replay.StartedAt, replay.Windows, replay.Late))]);
}
