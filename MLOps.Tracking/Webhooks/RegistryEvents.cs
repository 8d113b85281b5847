using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Webhooks;

/// <summary>The registry's changes as webhook events, raised within the change's transaction. A registered model that carries the
/// prompt tag raises the prompt's events instead of the model's.</summary>
internal sealed class RegistryEvents(TimeProvider clock, WebhookSignal? signal)
{
    public void ModelCreated(SqlSession session, string name, string? description, IReadOnlyList<KeyValue> tags) => Raise(
        session,
        IsPrompt(tags) ? WebhookEntity.Prompt : WebhookEntity.RegisteredModel,
        WebhookAction.Created,
        () => WebhookPayload.Model(name, description, tags));

    public void VersionCreated(SqlSession session, string name, int version, CreateModelVersion command)
    {
        if (IsPrompt(command.Tags))
        {
            Raise(session, WebhookEntity.PromptVersion, WebhookAction.Created, () => WebhookPayload.PromptVersion(name, Text(version), command.Description, command.Tags));
        }
        else
        {
            Raise(
                session,
                WebhookEntity.ModelVersion,
                WebhookAction.Created,
                () => WebhookPayload.ModelVersion(name, Text(version), command.Source, command.RunId, command.Description, command.Tags));
        }
    }

    /// <summary>A registered model's own tags are no event, a prompt's are.</summary>
    /// <param name="value">Null: the tag was deleted.</param>
    public void ModelTagChanged(SqlSession session, string name, string key, string? value)
    {
        if (IsPrompt(session, name))
        {
            Raise(session, WebhookEntity.PromptTag, Action(value), () => WebhookPayload.Part(name, null, null, key, value));
        }
    }

    /// <param name="value">Null: the tag was deleted.</param>
    public void VersionTagChanged(SqlSession session, string name, int version, string key, string? value) => Raise(
        session,
        IsPrompt(session, name) ? WebhookEntity.PromptVersionTag : WebhookEntity.ModelVersionTag,
        Action(value),
        () => WebhookPayload.Part(name, Text(version), null, key, value));

    /// <param name="version">Null: the alias was deleted.</param>
    public void AliasChanged(SqlSession session, string name, string alias, int? version) => Raise(
        session,
        IsPrompt(session, name) ? WebhookEntity.PromptAlias : WebhookEntity.ModelVersionAlias,
        version is null ? WebhookAction.Deleted : WebhookAction.Created,
        () => WebhookPayload.Part(name, version is { } number ? Text(number) : null, alias, null, null));

    private static bool IsPrompt(IEnumerable<KeyValue> tags) => tags.Any(tag => tag.Key == PromptTag.Key);

    private static bool IsPrompt(SqlSession session, string name) =>
        session.Scalar("SELECT value FROM registered_model_tags WHERE workspace = 'default' AND name = $0 AND key = $1", name, PromptTag.Key) is string value
        && value.Equals("true", StringComparison.OrdinalIgnoreCase);

    private static WebhookAction Action(string? value) => value is null ? WebhookAction.Deleted : WebhookAction.Set;

    private static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);

    private void Raise(SqlSession session, WebhookEntity entity, WebhookAction action, Func<IReadOnlyDictionary<string, object?>> data) =>
        WebhookOutbox.Raise(session, WebhookEvent.Of(entity, action), data, clock, signal);
}
