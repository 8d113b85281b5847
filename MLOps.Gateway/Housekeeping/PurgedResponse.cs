using MLOps.Contracts.Housekeeping;

namespace MLOps.Gateway.Housekeeping;

/// <param name="ArtifactBytes">Null: not counted.</param>
internal sealed record PurgedResponse(string Id, string Name, long DeletedTime, string ArtifactUri, long? ArtifactBytes)
{
    public static PurgedResponse Of(PurgedItem item) => new(item.Id, item.Name, item.DeletedTime, item.ArtifactUri, item.Bytes);
}
