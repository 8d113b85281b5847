namespace MLOps.Inference.Codecs;

/// <summary>An output that a request asks for.</summary>
/// <param name="Binary">Whether its data comes as bytes after the JSON; null: as the request's default says.</param>
public sealed record OipRequestedOutput(string Name, bool? Binary);
