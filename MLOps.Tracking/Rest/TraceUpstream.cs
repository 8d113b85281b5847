namespace MLOps.Tracking.Rest;

/// <inheritdoc cref="ITraceUpstream"/>
internal sealed class TraceUpstream(Upstreams upstreams) : ITraceUpstream
{
    public bool IsUsed => upstreams.Tracking is not null;

    public Task<UpstreamAnswer> SendAsync(HttpMethod method, string target, ReadOnlyMemory<byte> body, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken = default) =>
        (upstreams.Tracking ?? throw new InvalidOperationException("Traces are in a database.")).PassAsync(method, target.TrimStart('/'), body, headers, cancellationToken);
}
