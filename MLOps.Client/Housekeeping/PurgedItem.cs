namespace MLOps.Client.Housekeeping;

/// <param name="ArtifactBytes">Null: not counted.</param>
public sealed record PurgedItem(string Id, string Name, DateTimeOffset DeletedTime, string ArtifactUri, long? ArtifactBytes);
