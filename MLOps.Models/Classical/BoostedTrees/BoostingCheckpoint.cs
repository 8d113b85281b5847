using MLOps.Models.Catalog;

namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>All that a boosting is between two trees. Scores and draws follow from the trees: they are made again when it goes on.</summary>
/// <param name="Best">How many of the trees are kept if no later one helps.</param>
/// <param name="BestLoss">Log-loss on the validation rows with those.</param>
internal sealed record BoostingCheckpoint(IReadOnlyList<RegressionTree> Trees, int Best, double BestLoss)
{
    private const string Layout = "mlops-boosted-trees-1";

    /// <param name="digest">Of the training's settings and rows.</param>
    /// <returns>Null: there is none, or it is of another layout or another training.</returns>
    public static BoostingCheckpoint? Read(byte[]? content, byte[] digest) => CheckpointFile.Read(content, Layout, digest, reader =>
        new BoostingCheckpoint(ReadTrees(reader), reader.ReadInt32(), reader.ReadDouble()));

    public byte[] Write(byte[] digest) => CheckpointFile.Write(Layout, digest, writer =>
    {
        writer.Write(Trees.Count);
        foreach (var tree in Trees)
        {
            Write(writer, tree);
        }

        writer.Write(Best);
        writer.Write(BestLoss);
    });

    private static void Write(BinaryWriter writer, RegressionTree tree)
    {
        writer.Write(tree.Nodes.Count);
        foreach (var node in tree.Nodes)
        {
            writer.Write(node.Feature);
            if (node.IsLeaf)
            {
                writer.Write(node.Value);
            }
            else
            {
                writer.Write(node.Threshold);
                writer.Write(node.Left);
                writer.Write(node.Right);
            }
        }
    }

    private static RegressionTree[] ReadTrees(BinaryReader reader)
    {
        var trees = new RegressionTree[reader.ReadInt32()];
        for (var i = 0; i < trees.Length; i++)
        {
            trees[i] = ReadTree(reader);
        }

        return trees;
    }

    private static RegressionTree ReadTree(BinaryReader reader)
    {
        var nodes = new TreeNode[reader.ReadInt32()];
        for (var i = 0; i < nodes.Length; i++)
        {
            var feature = reader.ReadInt32();
            nodes[i] = feature < 0
                ? TreeNode.Leaf(reader.ReadSingle())
                : new TreeNode(feature, reader.ReadSingle(), reader.ReadInt32(), reader.ReadInt32(), 0);
        }

        return new RegressionTree(nodes);
    }
}
