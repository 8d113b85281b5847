using MLOps.Contracts.Housekeeping;

namespace MLOps.Gateway.Housekeeping;

/// <param name="Kind"><c>run</c> or <c>experiment</c>.</param>
/// <param name="Reason">Why it stays, and what to do.</param>
internal sealed record KeptResponse(string Kind, string Id, string Name, string Reason)
{
    public static KeptResponse Of(KeptItem item) => new(item.Kind == PurgeKind.Run ? "run" : "experiment", item.Id, item.Name, item.Reason);
}
