/* Words that waited in this tab for being sent (words.js) are sent, or were somebody else's. */
sessionStorage.removeItem("words");
