using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace MLOps.Gateway.Hosting.Http2;

/// <summary>A connection on loan: the server it is handed to uses it and says when it is done, the server that accepted it closes it.</summary>
internal sealed class HandedConnection(ConnectionContext owned) : ConnectionContext
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the borrower is done.</summary>
    public Task Closed => _closed.Task;

    public override string ConnectionId
    {
        get => owned.ConnectionId;
        set => owned.ConnectionId = value;
    }

    /// <summary>The owner's, beneath what the borrower sets for itself.</summary>
    public override IFeatureCollection Features { get; } = new FeatureCollection(owned.Features);

    public override IDictionary<object, object?> Items
    {
        get => owned.Items;
        set => owned.Items = value;
    }

    public override IDuplexPipe Transport
    {
        get => owned.Transport;
        set => owned.Transport = value;
    }

    public override CancellationToken ConnectionClosed
    {
        get => owned.ConnectionClosed;
        set => owned.ConnectionClosed = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => owned.LocalEndPoint;
        set => owned.LocalEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => owned.RemoteEndPoint;
        set => owned.RemoteEndPoint = value;
    }

    public override void Abort(ConnectionAbortedException abortReason) => owned.Abort(abortReason);

    public override ValueTask DisposeAsync()
    {
        _closed.TrySetResult();
        return base.DisposeAsync();
    }
}
