namespace MLOps.Connections.Links;

/// <summary>One request on a link.</summary>
/// <param name="Key">What it is about.</param>
/// <param name="Payload">Begins at a multiple of 8 bytes. Where a request is received it lasts until it is answered.</param>
/// <param name="TraceParent">Of the caller's span, as W3C's header of that name; null: nobody traces it.</param>
public readonly record struct LinkRequest(string Key, ReadOnlyMemory<byte> Payload, string? TraceParent = null);
