using Microsoft.Extensions.Logging;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Silo.Endpoints;

namespace MLOps.Silo.Models;

/// <summary>What a change of the model means to endpoints. It is durable before they are told, so nothing here fails the call that made it:
/// an endpoint that cannot follow keeps serving what it had and says so in its status, and a person is told in the log.</summary>
internal sealed partial class RegisteredModelGrain
{
    /// <summary>How long the caller of a change waits for all endpoints together: whoever promotes and predicts at once gets the new version where it loads in that time,
    /// and is answered well before a grain's caller gives up (30 s) where it does not. Loading goes on meanwhile and afterwards.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Endpoints bound to a stage, an alias or the latest version of this model follow it.</summary>
    /// <param name="concerned">Whether the change can alter what such a URI means.</param>
    private Task RollEndpointsAsync(Predicate<ModelUri> concerned) => TellEndpointsAsync(
        uri => uri.Follows && uri.Name == Name && concerned(uri),
        endpoint => endpoint.RefreshAsync(),
        (exception, endpoint) => LogNotRolled(logger, exception, endpoint, Name));

    private async Task TellEndpointsAsync(Predicate<ModelUri> concerned, Func<IEndpointGrain, Task> change, Action<Exception, string> failed)
    {
        var silent = new SortedSet<string>(StringComparer.Ordinal);
        try
        {
            await TellAllAsync(silent, concerned, change, failed).WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            LogGoesOn(logger, Name, string.Join(", ", silent));
        }
    }

    /// <summary>All at once, as each takes as long as its models take to load. Never fails: it may be that nobody waits any more.</summary>
    /// <param name="silent">Gets the names of those that have not answered yet.</param>
    private async Task TellAllAsync(SortedSet<string> silent, Predicate<ModelUri> concerned, Func<IEndpointGrain, Task> change, Action<Exception, string> failed)
    {
        try
        {
            silent.UnionWith(await GrainFactory.GetGrain<INameIndexGrain>(NameIndex.Endpoints).ListAsync());
        }
#pragma warning disable CA1031 // Whatever keeps the list away, the change is made, and its caller must not be told otherwise.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotListed(logger, exception, Name);
            return;
        }

        await Task.WhenAll(silent.ToArray().Select(name => TellAsync(name, silent, concerned, change, failed)));
    }

    private async Task TellAsync(string name, SortedSet<string> silent, Predicate<ModelUri> concerned, Func<IEndpointGrain, Task> change, Action<Exception, string> failed)
    {
        try
        {
            var endpoint = GrainFactory.GetGrain<IEndpointGrain>(name);
            if ((await endpoint.GetAsync()).Variants.Any(variant => concerned(ModelUri.Parse(variant.Spec.ModelUri))))
            {
                await change(endpoint);
            }
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            // It is gone, or is being made and looks for itself at the end.
        }
        catch (TimeoutException exception)
        {
            LogNotAnswered(logger, exception, name, Name);
        }
#pragma warning disable CA1031 // One endpoint's fault is neither the others' nor the change's.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failed(exception, name);
        }
        finally
        {
            silent.Remove(name);
        }
    }

    [LoggerMessage(LogLevel.Information, "Model {ModelName} has changed, and endpoints did not answer yet: {EndpointNames}. They may still be loading; what comes of it is in the log and in their status")]
    private static partial void LogGoesOn(ILogger logger, string modelName, string endpointNames);

    [LoggerMessage(LogLevel.Warning, "Endpoint {EndpointName} did not answer model {ModelName}, which has changed, yet: it may still be loading. Its status says what it serves; load it again if that is not what it should be")]
    private static partial void LogNotAnswered(ILogger logger, Exception exception, string endpointName, string modelName);

    [LoggerMessage(LogLevel.Warning, "Endpoint {EndpointName} failed while it followed model {ModelName}, which has changed. Its status says what it serves; load it again if that is not what it should be")]
    private static partial void LogNotRolled(ILogger logger, Exception exception, string endpointName, string modelName);

    [LoggerMessage(LogLevel.Warning, "Endpoint {EndpointName} could not be bound from model {ModelName} to its new name {NewName}: it serves what it had and follows nothing; deploy it again with the new name")]
    private static partial void LogNotRebound(ILogger logger, Exception exception, string endpointName, string modelName, string newName);

    [LoggerMessage(LogLevel.Warning, "Model {ModelName} has changed, and no endpoint was told, as they could not be listed: load those again that follow it")]
    private static partial void LogNotListed(ILogger logger, Exception exception, string modelName);
}
