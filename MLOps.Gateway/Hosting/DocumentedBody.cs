namespace MLOps.Gateway.Hosting;

/// <summary>The body that a route reads by itself, for the API description.</summary>
internal sealed record DocumentedBody(Type Type, string ContentType);
