namespace MLOps.Gateway.Models;

/// <summary>Where a version comes from, where it serves and what it has scored.</summary>
internal sealed record LineageGraph(IReadOnlyList<LineageNode> Nodes, IReadOnlyList<LineageEdge> Edges);

/// <param name="Id">Unique in the graph, for example <c>run:1f2e…</c>.</param>
/// <param name="Kind">dataset, experiment, run, version, endpoint or artifact.</param>
/// <param name="Attributes">What is known about it; an attribute without a value is left out.</param>
internal sealed record LineageNode(string Id, string Kind, string Name, IReadOnlyDictionary<string, string> Attributes);

/// <param name="From">A node's id.</param>
/// <param name="To">A node's id.</param>
/// <param name="Kind">input (dataset → run), contains (experiment → run), parent (run → run), produced (run → version), serves (version → endpoint), scores (version → run of a batch job), output (run → artifact).</param>
internal sealed record LineageEdge(string From, string To, string Kind);
